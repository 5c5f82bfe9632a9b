"""The API's pages and addresses, and who may open them."""

from __future__ import annotations

from tests.web.pages import ADMINISTRATORS, ANYBODY, EVERYBODY_SIGNED_IN, INES, PARTNERS, Page, World


def _token_of_alice(world: World) -> tuple[int]:
    from datetime import timedelta

    from django.utils import timezone

    from nvap.web.api import actions

    own = world.people["alice_lead"].memberships.get()
    until = timezone.localdate() + timedelta(days=30)
    return (actions.make_token(membership=own, name="Power BI", until=until, by="the tests")[0].pk,)


EXACT = EVERYBODY_SIGNED_IN - PARTNERS - {INES}
# Nothing is computed in the world of the crawl, so there is no result of a measure to read yet.
NOT_YET = frozenset({200, 404})
PAGES = [
    Page("api-about", EXACT),
    Page("api-tokens", EXACT),
    # Asks for the password first.
    Page("api-token-new", EXACT, methods=("get", "post")),
    # An administrator withdraws any; others their own. Alice's is Alice's.
    Page(
        "api-token-withdraw",
        ADMINISTRATORS | {"alice_lead"},
        _token_of_alice,
        of_northshire=True,
        methods=("post",),
        others_find_nothing=EXACT,
    ),
    Page("api-tokens-of-force", ADMINISTRATORS),
    Page("api-start", EXACT),
    Page("api-measures", EXACT),
    Page("api-measure", EXACT, lambda world: ("D02",)),
    Page("api-results", EXACT, lambda world: ("D02",), opened=NOT_YET),
    Page("api-results-csv", EXACT, lambda world: ("D02",), opened=NOT_YET),
    Page("api-results-parquet", EXACT, lambda world: ("D02",), opened=NOT_YET),
    Page("api-latest", EXACT),
    Page("api-latest-csv", EXACT),
    Page("api-latest-parquet", EXACT),
    Page("api-runs", EXACT),
    Page("api-run", EXACT, lambda world: ("20261101T090000-00000000",), opened=frozenset({404})),
    Page("api-openapi", EXACT),
    Page("api-nothing", ANYBODY, lambda world: ("nothing/here",), opened=frozenset({404})),
]
