"""The rules by which a row is set aside, each by the number it has in a check and by its name in words."""

from __future__ import annotations

MISSING = 1
UNMAPPED = 2
UNKNOWN_CODE = 3
CODE_OUT_OF_DATE = 4
NOT_WHOLE = 5
NOT_NUMBER = 6
OUT_OF_RANGE = 7
NOT_BOOLEAN = 8
BAD_FORMAT = 9
SWAPPED = 10
TWO_DIGIT_YEAR = 11
BEFORE_1970 = 12
FUTURE = 13
SKIPPED_HOUR = 14
END_BEFORE_START = 15
TOO_LONG = 16
NO_TIME = 17
OUTSIDE_PERIOD = 18
UNREADABLE = 19

NAMES: dict[int, str] = {
    MISSING: "missing",
    UNMAPPED: "unmapped code",
    UNKNOWN_CODE: "unknown code",
    CODE_OUT_OF_DATE: "code not in use on that day",
    NOT_WHOLE: "not a whole number",
    NOT_NUMBER: "not a number",
    OUT_OF_RANGE: "number out of range",
    NOT_BOOLEAN: "not yes or no",
    BAD_FORMAT: "not a date or time in the declared format",
    SWAPPED: "day and month the other way round",
    TWO_DIGIT_YEAR: "year of two digits",
    BEFORE_1970: "before 1970",
    FUTURE: "in the future",
    SKIPPED_HOUR: "local time skipped by the clock change",
    END_BEFORE_START: "end before start",
    TOO_LONG: "longer than the column allows",
    NO_TIME: "no time of day",
    OUTSIDE_PERIOD: "outside the extract's period",
    UNREADABLE: "holds a character that could not be read",
}

DAY_KNOWN = (0, SKIPPED_HOUR, END_BEFORE_START, OUTSIDE_PERIOD)
"""The rules of a date under which the day itself is still known, so that codes can be judged by it."""

CONFLICT = "same key, other content"
"""The rule of rows that stand more than once in a file with different content."""

EARLIER = "earlier version in the same file"
"""The exclusion of a row that another row of the same key, later by the mapping's `later_by`, replaces."""

PLACEHOLDERS = ("UNKNOWN", "UNK", "N/K", "NK", "N/A", "NA", "NOT KNOWN", "NONE", "NULL", "TEST", "XXX", "-", ".", "?")
"""Texts that stand for "nobody" in an id; runs of 0, and of five or more 9, count too."""

FILLERS = ("0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "9999-12-31")
"""Days that systems write where they know none."""
