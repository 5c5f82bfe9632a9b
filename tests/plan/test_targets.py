"""Which measures may have a target."""

from nvap.plan.targets import COUNT_OF_PEOPLE, DEPLOYMENT, OUTCOME_CODE, Subject, why_no_target


def test_a_share_of_work_done_in_time_may_have_a_target() -> None:
    assert why_no_target(Subject("Training in date. Staff in date", "proportion", "share of staff")) == ""
    assert why_no_target(Subject("Calls that were triaged. Triaged. Calls", unit="% of people")) == ""


def test_a_count_or_a_rate_of_people_may_have_none() -> None:
    assert why_no_target(Subject("Section 136 rate", "rate")) == COUNT_OF_PEOPLE
    assert why_no_target(Subject("People detained", unit="people")) == COUNT_OF_PEOPLE
    assert why_no_target(Subject("Plans seen by the ward", has_denominator=False)) == COUNT_OF_PEOPLE


def test_attendance_deployment_and_outcome_codes_may_have_none() -> None:
    assert why_no_target(Subject("Deployment to calls in scope", "proportion")) == DEPLOYMENT
    assert why_no_target(Subject("Share of calls attended")) == DEPLOYMENT
    assert why_no_target(Subject("Outcome mix. Closed crimes", "distribution")) == OUTCOME_CODE
    assert why_no_target(Subject("Crimes closed with outcome 10")) == OUTCOME_CODE
