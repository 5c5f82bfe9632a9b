"""The roles, and what each may do: one class a role, read top to bottom by whoever grants it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nvap.errors import UsageFault, nearest
from nvap.web.access import Permission


class Role:
    """A role: its name for the machine, its title and description for people, and what it may."""

    name: str
    title: str | Promise
    description: str | Promise
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        """Whether somebody in this role has the permission."""
        return permission in self.permissions

    def __str__(self) -> str:
        return str(self.title)


class ForceAdministrator(Role):
    """Looks after people and the journal; reads, but neither plans nor computes."""

    name = "force_admin"
    title = _("Force administrator")
    description = _("Adds and removes people and reads the journal. Reads the plan and the measures.")
    permissions = frozenset(
        {
            Permission.READ_TOOLKIT,
            Permission.READ_PLAN,
            Permission.READ_SIGNED_OFF_PLAN,
            Permission.READ_RESULTS,
            Permission.READ_RELEASED_RESULTS,
            Permission.READ_LOADS,
            Permission.READ_JOURNAL,
            Permission.MANAGE_PEOPLE,
        }
    )


class NvapLead(Role):
    """Chooses, plans and signs off."""

    name = "nvap_lead"
    title = _("NVAP lead")
    description = _("Writes the plan and reads the measures.")
    permissions = frozenset(
        {
            Permission.READ_TOOLKIT,
            Permission.READ_PLAN,
            Permission.READ_SIGNED_OFF_PLAN,
            Permission.EDIT_PLAN,
            Permission.READ_RESULTS,
            Permission.READ_RELEASED_RESULTS,
        }
    )


class Analyst(Role):
    """Loads data and reads measures."""

    name = "analyst"
    title = _("Analyst")
    description = _("Has the measures computed and reads them. Reads the plan.")
    permissions = frozenset(
        {
            Permission.READ_TOOLKIT,
            Permission.READ_PLAN,
            Permission.READ_SIGNED_OFF_PLAN,
            Permission.READ_RESULTS,
            Permission.READ_RELEASED_RESULTS,
            Permission.READ_LOADS,
            Permission.COMPUTE_RESULTS,
        }
    )


class Inspector(Role):
    """Reads what the force stands by, and for a limited time: nothing that is still being worked on."""

    name = "inspector"
    title = _("Inspector")
    description = _("Reads what is signed off or released, and nothing else, until a date that is set in advance.")
    permissions = frozenset(
        {Permission.READ_TOOLKIT, Permission.READ_SIGNED_OFF_PLAN, Permission.READ_RELEASED_RESULTS}
    )


ROLES: dict[str, Role] = {role.name: role for role in (ForceAdministrator(), NvapLead(), Analyst(), Inspector())}
# An inspector's access ends; 90 days is the longest that can be given at once.
LONGEST_INSPECTION_DAYS = 90


def role(name: str) -> Role:
    """The role of this name; raises UsageFault with the nearest name when there is none."""
    if name not in ROLES:
        raise UsageFault(f"No role `{name}`; known: {', '.join(ROLES)}.{nearest(name, ROLES)}")
    return ROLES[name]
