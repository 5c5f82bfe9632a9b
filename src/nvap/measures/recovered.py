"""What the measures recover of a made-up force's hidden truth, number by number, and what the dirt hides.

Each line holds a number as an ideal reader of the files would find it, the same number as the product found it from the
loaded extracts, and what truly happened where the files cannot show it.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nvap.measures.outcome_changes import types_became
from nvap.measures.run import run
from nvap.measures.strands import MEASURE as STRANDS
from nvap.measures.strands import label_of, strands_beside
from nvap.packs import pack
from nvap.records.made_up import MadeUp
from nvap.records.store import all_batches
from nvap.records.workspace import Force, Workspace

Row = Mapping[str, Any]
_Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Line:
    """One truth: what, by which measure, as the files show it, as found, how far it may be off, what hides the rest."""

    what: str
    by: str
    shown: float
    found: float
    hidden: str = ""
    tolerance: float = 0.0

    @property
    def is_recovered(self) -> bool:
        """Whether the number found is the one that the files show."""
        return abs(self.shown - self.found) <= self.tolerance


def recovered(workspace: Workspace, force: Force, made: MadeUp) -> list[Line]:
    """Every truth that the files show, beside what the product finds of it as at the newest extract."""
    asked = _Asked(workspace, force)
    truth = made.truth
    return [
        *_files(force, truth),
        *_rules(asked, truth),
        *_events(asked, truth),
        *_repeats(asked, truth),
        *_flags(asked, truth),
        *_strands(asked, force, truth),
        *_outcomes_in_turn(force, truth),
        *_hours(asked, truth),
        *_rest(asked, truth),
    ]


class _Asked:
    """Measures of one force, each asked once."""

    def __init__(self, workspace: Workspace, force: Force) -> None:
        self._workspace, self._force = workspace, force
        self._held: dict[tuple[str, str, str], list[Row]] = {}

    def rows(self, measure: str, part: str, *, by: str = "whole", rule: str = "R1") -> list[Row]:
        """The result rows of a part."""
        key = (measure, by, rule)
        if key not in self._held:
            self._held[key] = run(self._workspace, self._force, [measure], by=by, rule=rule).to_pylist()
        return [row for row in self._held[key] if row["part"] == part]

    def one(self, measure: str, part: str) -> Row:
        """The one row of a part for the whole time."""
        (row,) = self.rows(measure, part)
        return row

    def monthly(self, measure: str, part: str, rule: str) -> dict[str, Row]:
        """The rows of a part by month."""
        return {f"{row['period_start']:%Y-%m}": row for row in self.rows(measure, part, by="month", rule=rule)}


def _files(force: Force, truth: Row) -> Iterator[Line]:
    held = {batch.report["file"]: batch.report for batch in all_batches(force)}
    for name, words in (("read", "read"), ("loaded", "loaded"), ("identical_duplicates", "exact copies left out")):
        shown = sum(each[name] for each in truth["files"])
        found = sum(held[each["file"]][name] for each in truth["files"] if each["file"] in held)
        yield Line(f"rows {words}, all files", "nvap load", shown, found)
    shown = sum(rule["rows"] for each in truth["files"] for rule in each["set_aside"])
    yield Line(
        "rows set aside for a fault", "nvap load", shown, sum(each["set_aside"] for each in held.values()),
        "each is named by its rule and column in the file's report",
    )  # fmt: skip


def _rules(asked: _Asked, truth: Row) -> Iterator[Line]:
    last = max(each["as_at"] for each in truth["counts"])
    counts = [each for each in truth["counts"] if each["as_at"] == last]
    for rule in ("R1", "R2", "R3"):
        rows = asked.monthly("D01", "count", rule)
        same = sum(rows[each["month"]]["numerator"] == each[rule]["yes"] for each in counts)
        yield Line(f"months with the true {rule} count", f"D01 {rule}", len(counts), same)
        yield Line(
            f"mental-health-related by {rule}", f"D01 {rule}", sum(each[rule]["yes"] for each in counts),
            _sum(rows.values(), "numerator"), _unflagged(counts) if rule == "R1" else "",
        )  # fmt: skip
        unknown = sum(each[rule]["unknown"] for each in counts)
        yield Line(f"flag not recorded, {rule}", f"D01 {rule}", unknown, _sum(rows.values(), "unknown"))


def _unflagged(counts: Sequence[Row]) -> str:
    true = sum(each["truly_mental_health"] for each in counts)
    flagged = sum(each["truly_mental_health_and_flagged"] for each in counts)
    wrong = sum(each["R1"]["yes"] for each in counts) - flagged
    return f"{true:,} truly are; {true - flagged:,} carry no flag, {wrong:,} flags are wrong"


def _events(asked: _Asked, truth: Row) -> Iterator[Line]:
    events = truth["as_read"]["events"]
    rows = asked.monthly("D01", "count", "R1/event")
    yield Line(
        "events, each once, by R1", "D01 R1/event", sum(each["yes"] for each in events),
        _sum(rows.values(), "numerator"),
        f"{sum(each['further_logs_never_marked'] for each in truth['months']):,} further logs were never marked; those"
        " that name no log count as events",
    )  # fmt: skip
    loops = sum(each["logs_in_a_loop"] for each in events)
    yield Line(
        "event not known", "D01 R1/event", sum(each["unknown"] for each in events), _sum(rows.values(), "unknown"),
        f"{loops:,} logs stand in loops; or the flag is not recorded, or the leading log is not held",
    )  # fmt: skip


def _repeats(asked: _Asked, truth: Row) -> Iterator[Line]:
    place, person = truth["as_read"]["repeats_by_place"], truth["as_read"]["repeats_by_person"]
    for part, end, words in (
        ("same_place", "", ""),
        ("same_place_no_institution", "_outside_institutions", ", institutions left out"),
    ):
        row = asked.one("P19", part)
        yield Line(f"at a place with one in the year before{words}", "P19", place[f"repeat{end}"], row["numerator"])
        yield Line(f"  of{words}", "P19", place[f"of{end}"], row["denominator"])
        yield Line(f"  not known{words}", "P19", place[f"unknown{end}"], row["unknown"])
    row = asked.one("P19", "third_in_90_days")
    yield Line(
        "at least the person's third in 90 days", "P19", person["third_in_90_days"], row["numerator"],
        f"{person['truly_third_in_90_days']:,} truly are; the rest hides behind logs without a linked person",
    )  # fmt: skip
    yield Line("  of, with a linked person", "P19", person["of"], row["denominator"])
    unknown = person["not_linked"] + _unknown_flags(truth)
    yield Line("  nobody linked, or no flag recorded", "P19", unknown, row["unknown"])


def _unknown_flags(truth: Row) -> int:
    """Counted logs of the two years of the further extracts whose flag at closure is not recorded."""
    return int(truth["as_read"]["co_occurrence"]["flag_at_closure_unknown"])


def _flags(asked: _Asked, truth: Row) -> Iterator[Line]:
    strands, maturity = truth["as_read"]["co_occurrence"], truth["as_read"]["maturity"]
    row = asked.one("D18", "another")
    yield Line("with a flag of another strand", "D18", strands["another_strand"], row["numerator"])
    yield Line("  of", "D18", strands["of"], row["denominator"])
    row = asked.one("D06", "at_30_days")
    yield Line("flagged 30 days after opening", "D06", maturity["flagged"], row["numerator"])
    yield Line("  of, old enough and with a history", "D06", maturity["of"], row["denominator"])
    unknown = maturity["not_yet"] + maturity["no_history"] + maturity["flag_at_closure_unknown"]
    yield Line(
        "  not known", "D06", unknown, row["unknown"],
        f"{maturity['not_yet']:,} are younger than 30 days, {maturity['no_history']:,} have no history",
    )  # fmt: skip


def _strands(asked: _Asked, force: Force, truth: Row) -> Iterator[Line]:
    """Which strands stand together: by the measure's rows, and by what the pictures are drawn from."""
    true = truth["as_read"]["co_occurrence"]
    drawn = strands_beside(force, pack().measure(STRANDS), rule="R1")
    strands = {each["strand"]: (each["both"], each["all_of_them"], each["lift"]) for each in true["strands"]}
    found = {each.code: (each.both, each.all_of_them, each.lift.value if each.lift else 0) for each in drawn.strands}
    yield alike("strands beside mental health with their true count and lift", "D18", strands, found)
    combinations = {tuple(each["strands"]): (each["incidents"],) for each in true["combinations"]}
    counted = {strands: (many,) for strands, many in drawn.combinations.items()}
    yield alike("combinations of strands with their true count", "D18 picture", combinations, counted)
    pairs = {_both(*each["strands"]): (each["both"], each["lift"]) for each in true["pairs"]}
    rows = {
        row["category"]: (row["numerator"], row["value"]) for row in asked.rows(STRANDS, "pairs_lift") if row["value"]
    }
    yield Line(
        "two other strands on one incident", "D18", sum(each["both"] for each in true["pairs"]),
        sum(both for both, _ in rows.values()),
        f"{true['truly_two_or_more']:,} true mental-health incidents carry two or more; not all are flagged as such",
    )  # fmt: skip
    yield alike("pairs of strands with their true count and lift", "D18", pairs, rows)


def _both(one: str, other: str) -> str:
    """Two strands in words, as the measure names a pair."""
    return " and ".join(sorted((label_of(one), label_of(other))))


def _outcomes_in_turn(force: Force, truth: Row) -> Iterator[Line]:
    """What one outcome type became in the next."""
    true = {(each["was"], each["became"]): (each["times"],) for each in truth["as_read"]["outcomes_in_turn"]}
    found = {pair: (many,) for pair, many in types_became(force).counts.items()}
    yield Line(
        "outcome types that became another", "outcome history", sum(many for (many,) in true.values()),
        sum(many for (many,) in found.values()), "the history holds two years",
    )  # fmt: skip
    yield alike("changes of an outcome type with their true count", "outcome history", true, found)


def alike(what: str, by: str, true: Mapping[Any, _Numbers], found: Mapping[Any, _Numbers]) -> Line:
    """How many of the true entries are found with the same numbers, less those found that are not true."""
    same = sum(key in found and _is_same(numbers, found[key]) for key, numbers in true.items())
    return Line(what, by, len(true), same - len(found.keys() - true.keys()))


def _is_same(true: _Numbers, found: _Numbers) -> bool:
    return all(math.isclose(one, other, rel_tol=1e-12) for one, other in zip(true, found, strict=True))


def _hours(asked: _Asked, truth: Row) -> Iterator[Line]:
    for way, words in _WAYS.items():
        hours = truth["as_read"]["time_spent"][way]
        known, most = asked.one("D12", f"{way}_hours"), asked.one("D12", f"{way}_most")
        true = hours.get("true_hours")
        # A stamp in the hour that October repeats may be read as either; and the sums are rounded.
        slack = hours["hours_that_october_repeats"] + 0.01
        yield Line(
            f"{words}, known ({way.upper()})", "D12", hours["known_hours"], known["numerator"],
            f"truly {true:,.0f} hours: between the known and the most" if true else _TWICE,
            tolerance=slack,
        )  # fmt: skip
        yield Line("  unknown: no end, or one that cannot be believed", "D12", hours["unknown"], known["unknown"])
        yield Line("  the most that the hours can be", "D12", hours["most_hours"], most["numerator"], tolerance=slack)


_TWICE = "a stamp in the hour that October repeats may be read an hour off"
_WAYS = {
    "t1": "hours from arrival to closing",
    "t2": "officer hours at the scene",
    "t3": "officer hours from being sent",
}


def _rest(asked: _Asked, truth: Row) -> Iterator[Line]:
    detentions = sum(each["detentions"] for each in truth["detentions"])
    found = _sum(asked.rows("P12", "rate", by="month"), "numerator")
    yield Line("section 136 detentions", "P12", detentions, found)
    factors = ("suspect", "victim", "both")
    mix = [row for row in asked.rows("J15", "closed", by="month") if row["group"] == "with a mental-health factor"]
    months = {f"{row['period_start']:%Y-%m}" for row in mix}
    given = [each for each in truth["outcomes"] if each["month"] in months]
    outcomes = sum(count for each in given for name in factors for count in each.get(name, {}).values())
    displaced = sum(each["displaced"] for each in given)
    yield Line(
        "outcomes of crimes with a mental health factor", "J15", outcomes, _sum(mix, "numerator"),
        f"{displaced:,} were recorded as another outcome than they would have been",
    )  # fmt: skip
    newest = max(each["day"] for each in truth["training"])
    in_date = sum(each.get("in date", 0) for each in truth["training"] if each["day"] == newest)
    row = asked.monthly("D15", "in_date", "R1")[f"{datetime.date.fromisoformat(newest):%Y-%m}"]
    yield Line("staff in date, newest month", "D15", in_date, row["numerator"])


def _sum(rows: Any, name: str) -> float:
    return float(sum(row[name] or 0 for row in rows))
