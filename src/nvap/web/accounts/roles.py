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
            Permission.SET_PLAN_RULES,
        }
    )


class NvapLead(Role):
    """Chooses, plans and signs off."""

    name = "nvap_lead"
    title = _("NVAP lead")
    description = _("Writes the plan, signs it off with a second person, and reads the measures.")
    permissions = frozenset(
        {
            Permission.READ_TOOLKIT,
            Permission.READ_PLAN,
            Permission.READ_SIGNED_OFF_PLAN,
            Permission.EDIT_PLAN,
            Permission.REPORT_PROGRESS,
            Permission.COMMENT_ON_PLAN,
            Permission.SIGN_OFF_PLAN,
            Permission.READ_RESULTS,
            Permission.READ_RELEASED_RESULTS,
        }
    )


class ChiefOfficer(Role):
    """Answers for the plan: reads it, comments on it and signs it off, and writes none of it."""

    name = "chief_officer"
    title = _("Chief officer")
    description = _("Reads the plan and the measures, and signs the plan off or returns it.")
    permissions = frozenset(
        {
            Permission.READ_TOOLKIT,
            Permission.READ_PLAN,
            Permission.READ_SIGNED_OFF_PLAN,
            Permission.COMMENT_ON_PLAN,
            Permission.SIGN_OFF_PLAN,
            Permission.READ_RESULTS,
            Permission.READ_RELEASED_RESULTS,
        }
    )


class ImpactOwner(Role):
    """Answers for an impact or an activity, and reports on it."""

    name = "impact_owner"
    title = _("Impact owner")
    description = _("Reports on the activities that they own. Reads the plan and the measures.")
    permissions = frozenset(
        {
            Permission.READ_TOOLKIT,
            Permission.READ_PLAN,
            Permission.READ_SIGNED_OFF_PLAN,
            Permission.REPORT_PROGRESS,
            Permission.COMMENT_ON_PLAN,
            Permission.READ_RESULTS,
            Permission.READ_RELEASED_RESULTS,
        }
    )


class PartnerReader(Role):
    """Somebody of a partner organisation who reads what is shared with it, and no numbers."""

    name = "partner_reader"
    title = _("Partner reader")
    description = _("Reads the parts of the plan that are shared with partners, without numbers.")
    permissions = frozenset({Permission.READ_TOOLKIT, Permission.READ_SHARED_PLAN})


class PartnerContributor(Role):
    """Somebody of a partner organisation who reports on their own activities."""

    name = "partner_contributor"
    title = _("Partner contributor")
    description = _("Reports on the activities that they own, and reads nothing else of the plan.")
    permissions = frozenset({Permission.READ_TOOLKIT, Permission.REPORT_PROGRESS})


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


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        ForceAdministrator(), NvapLead(), ChiefOfficer(), ImpactOwner(), Analyst(), Inspector(), PartnerReader(),
        PartnerContributor(),
    )
}  # fmt: skip
# An inspector's access ends; 90 days is the longest that can be given at once.
LONGEST_INSPECTION_DAYS = 90
# So does everybody's who is of another organisation: the longest that can be given at once, in days.
LONGEST_DAYS = {"inspector": LONGEST_INSPECTION_DAYS, "partner_reader": 366, "partner_contributor": 366}


def role(name: str) -> Role:
    """The role of this name; raises UsageFault with the nearest name when there is none."""
    if name not in ROLES:
        raise UsageFault(f"No role `{name}`; known: {', '.join(ROLES)}.{nearest(name, ROLES)}")
    return ROLES[name]
