"""The thresholds for what is shown inside a force and what may be shown to others, each once.

They hold until a release goes through the full disclosure gate; what they hide, that gate hides too.
"""

from __future__ import annotations

from typing import Final, Literal

Profile = Literal["internal", "shared"]
PROFILES: Final[tuple[Profile, ...]] = ("internal", "shared")

# Inside the force a percentage of fewer cases than this says nothing that the two counts do not.
PERCENT_INSIDE_FROM: Final = 20
# Counts of people, incidents and staff below this are hidden from others; nought is shown.
SHARED_COUNT_FROM: Final = 10
# A percentage of fewer lets a reader find the count behind it.
PERCENT_SHARED_FROM: Final = 50

# What stands in a cell that is hidden; read out as "not shown".
HIDDEN: Final = "[c]"


def may_show_percentage(denominator: float | None, profile: Profile = "internal") -> bool:
    """Whether a percentage of this many cases may be shown; never of an unknown number."""
    fewest = PERCENT_INSIDE_FROM if profile == "internal" else PERCENT_SHARED_FROM
    return denominator is not None and denominator >= fewest


def is_small(count: float | None) -> bool:
    """Whether a count of people, incidents or staff is hidden from others: above 0 and under 10."""
    return count is not None and 0 < count < SHARED_COUNT_FROM


def gives_away(part: float | None, whole: float | None) -> bool:
    """Whether showing both `part` and `whole` tells a small count: the part itself or what is left of the whole."""
    if is_small(part):
        return True
    return part is not None and whole is not None and is_small(whole - part)
