"""A mapping: everything that is wrong with it at once, each with its line and the nearest right thing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.records.conftest import INCIDENTS, Bench

from nvap.declarations import Faults
from nvap.errors import InputFault, UsageFault
from nvap.records.mapping import Mapping, read_mapping

ROWS = "id,created,code\nA1,2026-01-05 10:00:00,MH1\n"


def read(text: str, folder: Path) -> tuple[Mapping | None, list[str]]:
    path = folder / "map.yaml"
    path.write_text(text, encoding="utf-8")
    faults = Faults()
    found = read_mapping(path, faults)
    return found, [each.rsplit("map.yaml:", 1)[1] for each in faults.found]


def test_all_faults_of_a_mapping_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    _, faults = read(
        """mapping: x
version: 1
table: incidents
time_zone: Europe/Londen
colour: blue
columns:
  incident_ref: id
  creeated: {expr: created, format: "%d/%m/%Q"}
  closure_kind: {expr: kind, values: {C: countedd}}
  area: {expr: beat, precision: day}
""",
        tmp_path,
    )

    text = "\n".join(faults)
    assert "4: unknown time zone `Europe/Londen`. Did you mean `Europe/London`?" in text
    assert "5: unknown field `colour`" in text
    assert "8: `incidents` has no column `creeated`. Did you mean `created`?" in text
    assert "9: `C` becomes `countedd`, which is no closure_kind" in text
    assert "Did you mean `counted`?" in text
    assert "10: `precision` is for dates and times; `area` is text" in text
    assert "`created` is required in incidents and not mapped. Did you mean `creeated`?" in text


def test_a_format_that_no_date_has_is_a_fault_of_the_mapping(tmp_path: Path) -> None:
    _, faults = read(
        "mapping: x\nversion: 1\ntable: incidents\ncolumns:\n  incident_ref: id\n  closure_kind: \"'counted'\"\n"
        '  created: {expr: created, format: "%d/%m/%Q"}\n',
        tmp_path,
    )

    assert faults == ["7: `format` is `%d/%m/%Q`; write it as in %d/%m/%Y %H:%M:%S (`%Q` is not known)"]


def test_precision_follows_from_the_format_and_cannot_be_finer(tmp_path: Path) -> None:
    found, faults = read(
        "mapping: x\nversion: 1\ntable: incidents\ncolumns:\n  incident_ref: id\n  closure_kind: \"'counted'\"\n"
        '  created: {expr: m, format: "%Y-%m"}\n  closed: {expr: d, format: "%d/%m/%Y", precision: hour}\n',
        tmp_path,
    )

    assert found is not None
    assert found.precision["created"] == "month"
    assert faults == ["8: `precision` is hour, but the format `%d/%m/%Y` holds no more than the day"]


def test_two_lists_of_values_may_not_hold_on_the_same_day(tmp_path: Path) -> None:
    _, faults = read(
        """mapping: x
version: 1
table: incidents
columns:
  incident_ref: id
  created: created
  closure_kind: "'counted'"
  mh_at_closure:
    expr: code
    values:
      - {to: 2019-04-01, map: {MH: true}}
      - {from: 2019-04-01, map: {MH1: true}}
""",
        tmp_path,
    )

    assert faults == ["10: two lists of `values` hold on 2019-04-01; end one before the other begins"]


def test_an_extracts_period_may_be_years_months_or_days(tmp_path: Path) -> None:
    found, faults = read(
        "mapping: x\nversion: 1\ntable: incidents\nextract: {kind: full, from: 2014-01, to: 2015-02}\ncolumns:\n"
        "  incident_ref: id\n  created: created\n  closure_kind: \"'counted'\"\n",
        tmp_path,
    )

    assert not faults
    assert found is not None
    assert (str(found.extract.first), str(found.extract.last)) == ("2014-01-01", "2015-02-28")


def test_population_years_belong_to_population_alone(tmp_path: Path) -> None:
    _, faults = read(
        "mapping: x\nversion: 1\ntable: incidents\npopulation_years: {2014: 2016}\ncolumns:\n"
        "  incident_ref: id\n  created: created\n  closure_kind: \"'counted'\"\n",
        tmp_path,
    )

    assert faults == ["4: `population_years` belongs in the mapping of population"]


def test_the_table_of_the_command_and_of_the_mapping_must_agree(bench: Bench) -> None:
    path = bench.mapping()

    with pytest.raises(UsageFault, match="--table says crimes"):
        read_mapping(path, Faults(), table="crimes")


def test_an_unknown_column_of_the_file_is_told_with_the_nearest_and_its_line(bench: Bench) -> None:
    with pytest.raises(InputFault) as told:
        bench.check(ROWS, {**INCIDENTS, "closing_code": "cod", "area": "upper(beet)"})

    text = str(told.value)
    assert "Unknown column `cod`. Did you mean `code`? The file has: `id`, `created`, `code`." in text
    assert "Unknown column `beet`" in text
    assert "map.yaml:1" in text


def test_faults_of_the_mapping_and_of_its_expressions_come_together(bench: Bench) -> None:
    with pytest.raises(InputFault) as told:
        bench.check(ROWS, {**INCIDENTS, "closing_code": "nothing", "grade": "code"})

    assert "has no column `grade`" in str(told.value)
    assert "Unknown column `nothing`" in str(told.value)


def test_a_column_with_spaces_may_be_named_as_it_stands(bench: Bench) -> None:
    report = bench.check("Log  No,created\nA1,2026-01-05 10:00:00\n", {**INCIDENTS, "incident_ref": "Log No"})

    assert report.loaded == 1


def test_values_become_codes_by_the_day_of_the_row(bench: Bench) -> None:
    bench.load(
        "id,created,code\nA1,2019-03-31 10:00:00,MH\nA2,2019-04-01 10:00:00,MH\nA3,2019-04-01 10:00:00,MH1\n",
        {
            **INCIDENTS,
            "mh_at_closure": {
                "expr": "code",
                "values": [
                    {"to": "2019-03-31", "map": {"MH": True}},
                    {"from": "2019-04-01", "map": {"MH": False, "MH1": True}},
                ],
            },
        },
    )

    assert bench.rows("incidents", "incident_ref, mh_at_closure") == [("A1", True), ("A2", False), ("A3", True)]


@pytest.mark.parametrize(
    ("created", "rule"),
    [("never", "not a date or time in the declared format"), ("", "missing"), ("1900-01-01 00:00:00", "missing"),
     ("2062-01-01 10:00:00", "in the future")],
)  # fmt: skip
def test_a_row_whose_day_cannot_be_read_has_the_dates_rule_alone_where_codes_go_by_the_day(
    bench: Bench, created: str, rule: str
) -> None:
    dated = [{"from": "2019-04-01", "to": "2030-01-01", "map": {"MH": True}}]

    report = bench.check(
        f"id,created,code\nA1,{created},MH\nA2,2026-01-05 10:00:00,MH\nA3,2026-03-29 01:30:00,ZZ\n",
        {**INCIDENTS, "mh_at_closure": {"expr": "code", "values": dated}},
    )

    assert report.set_aside_rules == {
        (rule, "created"): 1,
        ("local time skipped by the clock change", "created"): 1,
        ("unmapped code", "mh_at_closure"): 1,
    }
    assert report.first_rows["unmapped code", "mh_at_closure"] == (4,)


def test_a_code_that_nobody_mapped_is_set_aside_and_counted_by_code(bench: Bench) -> None:
    report = bench.check(
        "id,created,code\nA1,2026-01-05 10:00:00,MH1\nA2,2026-01-05 10:00:00,ZZ\nA3,2026-01-05 10:00:00,ZZ\n",
        {**INCIDENTS, "mh_at_closure": {"expr": "code", "values": {"MH1": True}}},
    )

    assert report.set_aside_rules == {("unmapped code", "mh_at_closure"): 2}
    assert report.unmapped == {"mh_at_closure": {"ZZ": 2}}


def test_an_empty_value_stays_missing_unless_the_mapping_says_what_it_means(bench: Bench) -> None:
    rows = "id,created,code\nA1,2026-01-05 10:00:00,\n"
    bench.load(rows, {**INCIDENTS, "mh_at_closure": {"expr": "code", "values": {"MH1": True}}})
    assert bench.rows("incidents", "mh_at_closure") == [(None,)]

    bench.load(rows, {**INCIDENTS, "mh_at_closure": {"expr": "code", "values": {"MH1": True, "": False}}}, later=1)
    assert bench.rows("incidents", "mh_at_closure") == [(False,)]


def test_values_listed_as_missing_become_missing(bench: Bench) -> None:
    bench.load(
        "id,created,hood\nA1,2026-01-05 10:00:00,NSA\nA2,2026-01-05 10:00:00,75\n",
        {**INCIDENTS, "area": {"expr": "hood", "missing": ["NSA"]}},
    )

    assert bench.rows("incidents", "incident_ref, area") == [("A1", None), ("A2", "75")]


def test_rows_are_excluded_by_a_named_rule_before_they_are_judged(bench: Bench) -> None:
    report = bench.check(
        "id,created\n,nonsense\nA1,2026-01-05 10:00:00\n", exclude=[{"name": "no number", "where": "id IS NULL"}]
    )

    assert report.excluded == {"no number": 1}
    assert (report.read, report.loaded, report.set_aside) == (2, 1, 0)


@pytest.mark.parametrize("empty", ["", '""'])
def test_an_empty_field_is_null_in_expressions(bench: Bench, empty: str) -> None:
    bench.load(
        f"id,created,a,b\nA1,2026-01-05 10:00:00,{empty},y\n",
        {**INCIDENTS, "opening_code": "coalesce(a, b)", "closing_code": "a || b"},
    )

    assert bench.rows("incidents", "opening_code, closing_code") == [("y", None)]


def test_an_exclusion_must_be_true_or_false(bench: Bench) -> None:
    with pytest.raises(InputFault, match="true or false"):
        bench.check(ROWS, exclude=[{"name": "x", "where": "id || 'x'"}])
