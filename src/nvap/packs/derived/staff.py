"""Staff: the courses that a role requires, and those that a person holds in date."""

from __future__ import annotations

from nvap.packs.derived.column import DerivedColumn

_REQUIRED_COURSES = (
    'FROM "course_requirements" AS r WHERE r."role_group" = "staff"."role_group"'
    ' AND r."valid_from" <= "staff"."snapshot"'
    ' AND (r."valid_to" IS NULL OR r."valid_to" >= "staff"."snapshot")'
)
_REQUIREMENT_NEEDS = frozenset(
    {
        "staff.role_group", "staff.snapshot", "course_requirements.role_group", "course_requirements.course_code",
        "course_requirements.valid_from",
    }
)  # fmt: skip

STAFF = {
    "courses_required": DerivedColumn(
        f'(SELECT count(DISTINCT r."course_code") {_REQUIRED_COURSES})',
        "integer",
        "How many courses the role requires on the day of the snapshot.",
        _REQUIREMENT_NEEDS,
        unknown="Never: a role without a required course has 0.",
    ),
    "courses_in_date": DerivedColumn(
        '(SELECT count(DISTINCT r."course_code") FROM "course_requirements" AS r'
        ' JOIN "training" AS t ON t."course_code" = r."course_code"'
        ' WHERE r."role_group" = "staff"."role_group" AND r."valid_from" <= "staff"."snapshot"'
        ' AND (r."valid_to" IS NULL OR r."valid_to" >= "staff"."snapshot")'
        ' AND t."staff_key" = "staff"."staff_key" AND t."completed" <= "staff"."snapshot"'
        ' AND (coalesce(t."valid_until", CAST(t."completed" + to_months(CAST(r."validity_months" AS INTEGER)) AS'
        ' DATE)) >= "staff"."snapshot" OR (t."valid_until" IS NULL AND r."validity_months" IS NULL)))',
        "integer",
        "How many of those the person has completed and still holds in date on that day. A completion without an"
        " end date lasts as long as the course requirement says, and without end where that says nothing.",
        _REQUIREMENT_NEEDS | {"staff.staff_key", "training.staff_key", "training.course_code", "training.completed"},
        unknown="Never: a person without a completion has 0.",
    ),
    "grace_days": DerivedColumn(
        f'(SELECT max(r."grace_days") {_REQUIRED_COURSES})',
        "integer",
        "The longest time, in days from joining, that the role's courses leave a joiner to complete them.",
        _REQUIREMENT_NEEDS,
        unknown="The role requires no course, or none of its courses says.",
    ),
}
