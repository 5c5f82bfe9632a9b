"""Which dirt each made-up extract holds, and the rule that must find it."""

from __future__ import annotations

from nvap.records import rules
from nvap.records.made_up.dirt import (
    Spoiling,
    at_half_past_one,
    contradicted,
    copied,
    impossible_day,
    in_two_versions,
    moved,
    put,
)  # fmt: skip

MISSING = rules.NAMES[rules.MISSING]
UNMAPPED = rules.NAMES[rules.UNMAPPED]
NOT_A_TIME = rules.NAMES[rules.BAD_FORMAT]
NOT_WHOLE = rules.NAMES[rules.NOT_WHOLE]
NOT_A_NUMBER = rules.NAMES[rules.NOT_NUMBER]
BEFORE = rules.NAMES[rules.END_BEFORE_START]
SKIPPED_HOUR = rules.NAMES[rules.SKIPPED_HOUR]

INCIDENTS = (
    Spoiling("no reference", put("INCIDENT_URN", None), MISSING, "incident_ref"),
    Spoiling("unknown disposal code", put("DISPOSAL", "ZZ"), UNMAPPED, "closure_kind"),
    Spoiling("unknown qualifier", put("FINAL_QUAL", "Q99"), UNMAPPED, "mh_at_closure"),
    # A qualifier means something only on a day, so the row that has none has no qualifier either: one fault a row.
    Spoiling("31st of February", impossible_day("CREATED", emptied="FINAL_QUAL"), NOT_A_TIME, "created"),
    Spoiling("closed before it was made", moved("CLOSED_AT", "CREATED", -90), BEFORE, "closed"),
    Spoiling("two versions without a word which is later", contradicted("GRADE_NOW", ("I", "R")), rules.CONFLICT,
             set_aside=2),
    Spoiling("exact copy", copied, identical=1),
)  # fmt: skip

SKIPPED_HOUR_OF_MARCH = Spoiling(
    "made in an hour that March skips", at_half_past_one("CREATED"), SKIPPED_HOUR, "created"
)

DEPLOYMENTS = (
    Spoiling("unknown unit type", put("UNIT_TYPE", "HORSE"), UNMAPPED, "resource_type"),
    Spoiling("clear before at scene", moved("CLEAR", "AT_SCENE", -30), BEFORE, "cleared"),
    Spoiling("crew in words", put("CREW", "two"), NOT_WHOLE, "officers"),
    Spoiling("exact copy", copied, identical=1),
)

DETENTIONS = (
    Spoiling("unknown place of safety", put("FIRST_POS", "POD"), UNMAPPED, "first_place_of_safety"),
    Spoiling("police free before arrival", moved("POLICE_FREE", "POS_TIME", -20), BEFORE, "police_released"),
)

CRIMES = (
    Spoiling("unknown outcome", put("OUTCOME", "OC99"), UNMAPPED, "outcome_type"),
    Spoiling("recorded before reported", moved("RECORDED_DT", "REPORTED_DT", -600), BEFORE, "recorded"),
    Spoiling("two versions by number", in_two_versions("VERSION", "HO_GROUP"), excluded=rules.EARLIER),
    Spoiling("exact copy", copied, identical=1),
)

STAFF = (
    Spoiling("part time with a comma", put("FTE", "0,8"), NOT_A_NUMBER, "fte"),
    Spoiling("exact copy", copied, identical=1),
)

TRAINING = (
    Spoiling("valid until before it was done", put("VALID_TO", "01/01/1999"), BEFORE, "valid_until"),
    Spoiling("exact copy", copied, identical=1),
)
