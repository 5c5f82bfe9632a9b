"""The house's own pages, and who may open them."""

from __future__ import annotations

from tests.web.pages import ADMINISTRATORS, ANYBODY, EVERYBODY_SIGNED_IN, Page, World


def _membership_of_alice(world: World) -> tuple[int]:
    return (world.people["alice_lead"].memberships.get().pk,)


OWN_ACCOUNT = (
    "my-account", "choose-force", "account_change_password", "mfa_index", "account_logout",
    "mfa_activate_totp", "mfa_generate_recovery_codes",
)  # fmt: skip

PAGES = [
    Page("home", EVERYBODY_SIGNED_IN),
    Page("accessibility", ANYBODY),
    Page("set-language", ANYBODY, methods=("post",)),
    Page("people", ADMINISTRATORS),
    Page("add-person", ADMINISTRATORS, methods=("get", "post")),
    Page("person", ADMINISTRATORS, _membership_of_alice, of_northshire=True, methods=("get", "post")),
    Page("person-link", ADMINISTRATORS, _membership_of_alice, of_northshire=True, methods=("get", "post")),
    Page("journal", ADMINISTRATORS),
    Page("still-here", EVERYBODY_SIGNED_IN),
    *(Page(name, EVERYBODY_SIGNED_IN) for name in OWN_ACCOUNT),
    # Pages for people on their way in: to those who are in already they answer by leading home.
    Page("account_login", ANYBODY),
    Page("account_signup", ANYBODY),
    Page("account_inactive", ANYBODY),
    Page("account_reset_password", ANYBODY),
    Page("account_reset_password_from_key", ANYBODY, lambda world: ("1", "not-a-key")),
    Page("account_reset_password_from_key_done", ANYBODY),
    # These lead on to the page that comes before them, for whoever has not been there.
    Page("mfa_authenticate", EVERYBODY_SIGNED_IN),
    Page("account_reauthenticate", EVERYBODY_SIGNED_IN),
    Page("mfa_reauthenticate", EVERYBODY_SIGNED_IN),
    Page("mfa_deactivate_totp", EVERYBODY_SIGNED_IN, opened=frozenset({404})),
    Page("mfa_view_recovery_codes", EVERYBODY_SIGNED_IN, opened=frozenset({404, 302})),
]
