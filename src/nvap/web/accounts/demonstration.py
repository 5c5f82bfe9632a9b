"""Demonstration sign-ins: one for each role, in practice workspaces only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from nvap.errors import Refused
from nvap.records.workspace import Workspace
from nvap.web import keys
from nvap.web.accounts import actions
from nvap.web.accounts.models import Force, Membership, User
from nvap.web.accounts.roles import LONGEST_DAYS, ROLES

FILE = "demonstration-password"
NAMES = {
    "force_admin": "Demonstration administrator",
    "nvap_lead": "Demonstration NVAP lead",
    "chief_officer": "Demonstration chief officer",
    "impact_owner": "Demonstration impact owner",
    "analyst": "Demonstration analyst",
    "inspector": "Demonstration inspector",
    "partner_reader": "Demonstration partner reader",
    "partner_contributor": "Demonstration partner contributor",
}
# Words that are easy to type from paper; four of them are 22 bits, plenty behind a throttle and for made-up data.
# fmt: off
_WORDS = (
    "amber", "apple", "arrow", "autumn", "barley", "basket", "beacon", "birch",
    "bottle", "bridge", "button", "candle", "canyon", "castle", "cedar", "cherry",
    "clover", "copper", "coral", "cotton", "crystal", "falcon", "feather", "forest",
    "garden", "ginger", "harbour", "hazel", "island", "jasmine", "kettle", "lantern",
    "maple", "marble", "meadow", "nutmeg", "ocean", "orchid", "pebble", "planet",
    "quartz", "ribbon", "river", "saddle", "timber", "tulip", "velvet", "willow",
)
# fmt: on


@dataclass(frozen=True)
class SignIn:
    """One demonstration sign-in."""

    role: str
    email: str
    password: str


def sign_ins(*, workspace: Workspace, force: Force, by: object) -> list[SignIn]:
    """Make sure each role has a demonstration sign-in in this force; the same ones every time.

    Raises Refused in a real workspace, where no account may exist whose password is printed.
    """
    if not workspace.is_practice:
        raise Refused("Demonstration sign-ins exist only in practice workspaces; this one is real.")
    password = _password(workspace)
    made = []
    for name, role in ROLES.items():
        email = f"{name.replace('_', '-')}@{force.code}.example"
        ends = name in LONGEST_DAYS
        until = timezone.localdate() + timedelta(days=LONGEST_DAYS[name]) if ends else None
        held = Membership.objects.filter(user__email=email, force=force).first()
        if held is None:
            actions.add_person(
                force=force, email=email, name=NAMES[name], role_name=name, until=until, by=by, password=password
            )
        elif ends and held.until is not None and held.until < timezone.localdate():
            actions.change_person(membership=held, role_name=name, until=until, by=by)
        if User.objects.get(email=email).check_password(password):
            made.append(SignIn(str(role.title), email, password))
    return made


def _password(workspace: Workspace) -> str:
    """Drawn once for each workspace and kept with its keys, so that no password stands in the product."""
    path = workspace.keys / FILE
    if not path.exists():
        workspace.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        keys.write_once(path, "-".join(secrets.choice(_WORDS) for _ in range(4)))
    return path.read_text(encoding="utf-8").strip()
