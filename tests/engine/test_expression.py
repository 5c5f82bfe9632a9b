"""Expressions that analysts write: what is allowed, what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from nvap.declarations import Faults, read
from nvap.engine.connection import connect
from nvap.engine.expression import ALLOWED_FUNCTIONS, Column, ExpressionFault, check_boolean, parse

COLUMNS = {
    "incident_ref": "record_ref",
    "closure_kind": "code",
    "mh_at_closure": "boolean",
    "officers": "integer",
    "hours": "number",
    "created": "instant",
    "created_date": "date",
    "valid_until": "date",
    "qualifiers": "text_list",
    "Crime ID": "text",
    "force": "text",
    "source": "code",
    "end": "instant",
    "date": "date",
    "grade_config.target_minutes": "number",
}


@pytest.mark.parametrize(
    ("text", "sql", "kind"),
    [
        ("mh_at_closure", '"mh_at_closure"', "boolean"),
        ("MH_AT_CLOSURE is true", '"mh_at_closure" IS TRUE', "boolean"),
        ("closure_kind = 'counted'", "\"closure_kind\" = 'counted'", "boolean"),
        ('"Crime ID" is null', '"Crime ID" IS NULL', "boolean"),
        ("force = 'kent'", "\"force\" = 'kent'", "boolean"),
        ("force || '-' || source", '"force" || \'-\' || "source"', "text"),
        ("closure_kind not in ('test', 'duplicate')", "NOT \"closure_kind\" IN ('test', 'duplicate')", "boolean"),
        ("officers between 1 and 4", '"officers" BETWEEN 1 AND 4', "boolean"),
        ("closure_kind like 'c%'", "\"closure_kind\" LIKE 'c%'", "boolean"),
        ("hours / officers", '"hours" / NULLIF("officers", 0)', "number"),
        ("officers % 2", '"officers" % 2', "integer"),
        ("coalesce(officers, 1) * hours", 'COALESCE("officers", 1) * "hours"', "number"),
        (
            "case when mh_at_closure then 'yes' else 'no' end",
            "CASE WHEN \"mh_at_closure\" THEN 'yes' ELSE 'no' END",
            "text",
        ),
        ("case when end is null then 1 else 0 end", 'CASE WHEN "end" IS NULL THEN 1 ELSE 0 END', "integer"),
        ("date >= date '2020-01-01'", "\"date\" >= CAST('2020-01-01' AS DATE)", "boolean"),
        ("created_date >= '2020-01-01'", "\"created_date\" >= '2020-01-01'", "boolean"),
        ("cast(hours as date)", 'CAST("hours" AS DATE)', "date"),
        ("try_cast(closure_kind as int)", 'TRY_CAST("closure_kind" AS INT)', "integer"),
        ("created_date + 30 <= valid_until", '"created_date" + 30 <= "valid_until"', "boolean"),
        ("list_contains(qualifiers, 'MH')", "ARRAY_CONTAINS(\"qualifiers\", 'MH')", "boolean"),
        ("extract(hour from created)", 'EXTRACT(HOUR FROM "created")', "integer"),
        ("GRADE_CONFIG.target_minutes <= 15", '"grade_config"."target_minutes" <= 15', "boolean"),
        ("closure_kind is not distinct from 'x'", "\"closure_kind\" IS NOT DISTINCT FROM 'x'", "boolean"),
        (
            'minutes_between(created, "end")',
            '(CASE WHEN "end" >= "created" THEN (EPOCH_US("end") - EPOCH_US("created")) / 60000000.0 END)',
            "number",
        ),
    ],
)
def test_an_allowed_expression_is_written_with_quoted_names_and_its_type(text: str, sql: str, kind: str) -> None:
    found = parse(text, COLUMNS)

    assert found.sql().upper() == sql.upper()
    assert found.type == kind


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mh_at_clsure", "Unknown column `mh_at_clsure`. Did you mean `mh_at_closure`?"),
        ("nothing_like_it = 1", "Unknown column `nothing_like_it`."),
        ("lowr(closure_kind)", "Unknown function `lowr`. Did you mean `lower`?"),
        ("read_csv('/etc/passwd')", "Unknown function `read_csv`."),
        ("getenv('HOME')", "Unknown function `getenv`."),
        ("(select 1)", "A subquery cannot stand in an expression."),
        ("officers in (select 1)", "A subquery cannot stand in an expression."),
        ("exists (select 1)", "Unknown function `exists`."),
        ("count(*)", "Unknown function `count`."),
        ("sum(officers)", "Unknown function `sum`."),
        ("1; drop table incidents", "is not one SQL expression"),
        ("1 from incidents", "is not one SQL expression"),
        ("officers, hours", "is not one SQL expression"),
        ("officers as n", "gives a name with AS"),
        ("*", "`*` cannot stand in an expression"),
        ("'left open", "a quote may be left open"),
        ("officers -- all of them", "holds `;` or a comment"),
        ("", "The expression is empty."),
        ("officers +", "is not one SQL expression"),
        ("incidents.officers", "Unknown column `incidents.officers`."),
        ("closure_kind = 1", '`"closure_kind"` is text and `1` is a number; they cannot be compared.'),
        ("officers = 'two'", "they cannot be compared"),
        ("closure_kind and officers > 1", "is not true or false"),
        ("cast(hours as blob)", "A cast to `blob` is not allowed"),
        ("datediff('month', created_date, valid_until)", "`datediff` takes day; found `month`."),
        ("extract(dow from created)", "`extract` takes year"),
        ("minutes_between(created)", "takes two moments"),
        ("current_date > valid_until", "is not allowed in an expression"),
        ("lambda x: x", "is not one SQL expression"),
        ("[1, 2]", "is not allowed in an expression"),
        ("row_number() over ()", "Unknown function `row_number`."),
    ],
)
def test_a_fault_says_what_was_found_and_what_is_nearest(text: str, message: str) -> None:
    with pytest.raises(ExpressionFault) as raised:
        parse(text, COLUMNS)

    assert message in str(raised.value)


def test_a_fault_in_a_declaration_names_its_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "mhri.yaml"
    file.write_text("\nwhere: clsure_kind\n", encoding="utf-8")
    node = read(file, Faults(), shown_as="mhri.yaml")

    with pytest.raises(ExpressionFault) as raised:
        parse("clsure_kind", COLUMNS, where=node)

    assert str(raised.value) == "mhri.yaml:2: Unknown column `clsure_kind`. Did you mean `closure_kind`?"


def test_a_condition_must_be_true_or_false() -> None:
    check_boolean(parse("officers > 1", COLUMNS))

    with pytest.raises(ExpressionFault, match="`officers \\+ 1` is a number, and a condition must be true or false"):
        check_boolean(parse("officers + 1", COLUMNS))


def test_an_expression_tells_its_columns_and_reads_others_when_renamed() -> None:
    condition = parse("mh_at_closure and officers > 1", COLUMNS)

    assert condition.columns == {"mh_at_closure", "officers"}
    assert condition.renamed({"mh_at_closure": "mhri_r2"}).sql() == '"mhri_r2" AND "officers" > 1'
    assert condition.sql() == '"mh_at_closure" AND "officers" > 1'


def test_columns_are_written_under_their_table_when_one_is_given() -> None:
    condition = parse("officers > grade_config.target_minutes", COLUMNS)

    assert condition.sql(table="d") == '"d"."officers" > "grade_config"."target_minutes"'
    assert condition.columns == {"officers", "grade_config.target_minutes"}


def test_spark_gets_its_own_words_for_minutes() -> None:
    written = parse('minutes_between(created, "end")', COLUMNS).sql("spark")

    assert "UNIX_MICROS(`end`) - UNIX_MICROS(`created`)" in written


def test_minutes_are_missing_where_the_end_comes_before_the_start() -> None:
    minutes = parse("minutes_between(a, b)", {"a": "instant", "b": "instant"}).sql()
    rows = "(VALUES (TIMESTAMP '2024-01-01 10:00', TIMESTAMP '2024-01-01 10:00:30'),"
    rows += " (TIMESTAMP '2024-01-01 10:00', TIMESTAMP '2024-01-01 09:59')) AS t(a, b)"

    with connect() as engine:
        found = engine.query(f"SELECT {minutes} AS minutes FROM {rows}").to_pylist()

    assert found == [{"minutes": 0.5}, {"minutes": None}]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("coalesce(none, 'x')", "x"),
        ("nullif(word, 'Kent')", None),
        ("case when two > 1 then 'many' else 'one' end", "many"),
        ("cast('12' as int) + 1", 13),
        ("try_cast('twelve' as int)", None),
        ("lower(word) || upper(word)", "kentKENT"),
        ("trim('  a ')", "a"),
        ("substr(word, 2, 2)", "en"),
        ("substring(word, 2)", "ent"),
        ("left(word, 1) || right(word, 1)", "Kt"),
        ("length(word)", 4),
        ("replace(word, 'K', 'G')", "Gent"),
        ("concat(word, none, '!')", "Kent!"),
        ("split_part('a-b', '-', 2)", "b"),
        ("lpad('7', 3, '0')", "007"),
        ("regexp_matches(word, '^K')", True),
        ("list_contains(words, 'b')", True),
        ("abs(-two)", 2),
        ("round(2.345, 1)", 2.3),
        ("greatest(two, 3) + least(two, 3)", 5),
        ("extract(month from day)", 3),
        ("date_trunc('month', day) = date '2024-03-01'", True),
        ("datediff('day', day, day + 3)", 3),
        ("date_diff('day', day, day + 3)", 3),
        ("two / 0", None),
        ("two between 1 and 3 and word in ('Kent') and word like 'K%' and none is null", True),
        ("none = 'x' or two = 2", True),
    ],
)
def test_every_listed_function_gives_its_value(text: str, value: object) -> None:
    columns = {"word": "text", "none": "text", "two": "integer", "day": "date", "words": "text_list"}
    row = (
        "SELECT 'Kent' AS word, CAST(NULL AS VARCHAR) AS none, 2 AS two, DATE '2024-03-05' AS day, ['a', 'b'] AS words"
    )

    with connect(threads=1) as engine:
        found = engine.query(f"SELECT {parse(text, columns).sql()} AS value FROM ({row})").to_pylist()[0]["value"]

    assert (float(found) == pytest.approx(value)) if isinstance(value, float) else (found == value)


def test_every_listed_function_is_tried_above() -> None:
    source = Path(__file__).read_text(encoding="utf-8")

    assert [name for name in sorted(ALLOWED_FUNCTIONS) if f"{name}(" not in source] == []


def test_days_are_counted_between_dates_and_not_moments() -> None:
    with pytest.raises(ExpressionFault, match="counts days between dates"):
        parse("datediff('day', created, created)", COLUMNS)


def test_a_column_has_a_known_type() -> None:
    with pytest.raises(ExpressionFault, match="has the type `money`"):
        Column("cost", "money")
