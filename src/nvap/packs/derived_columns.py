"""Columns that measures may name and no extract holds: worked out from others, by SQL that stands once.

A condition of a measure is about one row. What needs other rows (an earlier call about the same person, a risk
assessment of the same detention) is a column, so that no measure can count a row twice.
"""

from __future__ import annotations

from nvap.packs.derived.column import DerivedColumn
from nvap.packs.derived.contacts import CONTACTS
from nvap.packs.derived.custody import CUSTODY, INTERVIEWS, LD_CONTACTS, VA
from nvap.packs.derived.incidents import INCIDENTS
from nvap.packs.derived.logs import LOGS
from nvap.packs.derived.plans import PLANS
from nvap.packs.derived.referrals_and_suicides import REFERRALS, SUSPECTED_SUICIDES
from nvap.packs.derived.staff import STAFF
from nvap.packs.derived.telling_apart import TOLD_APART
from nvap.packs.derived.times import DEPLOYMENT_TIMES, INCIDENT_TIMES

OWN_DERIVED: dict[str, dict[str, DerivedColumn]] = {
    "incidents": {**LOGS, **CONTACTS, **INCIDENT_TIMES, **TOLD_APART, **INCIDENTS},
    "deployments": DEPLOYMENT_TIMES,
    "custody": CUSTODY,
    "va": VA,
    "interviews": INTERVIEWS,
    "problem_plans": PLANS,
    "ld_contacts": LD_CONTACTS,
    "referrals": REFERRALS,
    "suspected_suicides": SUSPECTED_SUICIDES,
    "staff": STAFF,
}
"""The derived columns by table, beside those of the counting rules (`nvap.records.derived`)."""
