"""What a page of pictures shows of what was found: sentences, a table, and the pictures with their tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _

from nvap.disclosure.table import Table
from nvap.documents.breakdown_pictures import (
    lifts_picture,
    pairs_picture,
    ratios_picture,
    reference_of,
    strands_table,
    strands_together,
)
from nvap.documents.pictures import Line, matrix_of, week_of
from nvap.measures.outcome_changes import MEASURES as OUTCOMES
from nvap.measures.outcome_changes import STEPS
from nvap.packs.measure import Measure
from nvap.web.results.breakdowns import said
from nvap.web.results.breakdowns.kinds import BECAME, STRANDS, WEEK
from nvap.web.results.breakdowns.work import GRADES
from nvap.web.results.choices import Choice
from nvap.web.results.models import Breakdown
from nvap.web.results.numbers import PERCENT, language, plain
from nvap.web.results.pictures import Drawn
from nvap.web.results.stored import Answer, Row


@dataclass(frozen=True)
class Content:
    """Sentences of what was found and of what is not known, the table that says it, and the pictures.

    `refused` names each number that cannot be drawn, and why.
    """

    sentences: tuple[str, ...] = ()
    pictures: tuple[Drawn, ...] = ()
    table: Table | None = None
    line: Line | None = None
    refused: tuple[str, ...] = ()

    def picture(self, name: str) -> Drawn | None:
        """The picture of this name."""
        return next((each for each in self.pictures if each.name == name), None)


def content_of(kind: str, choice: Choice, done: Breakdown) -> Content:
    """What is shown of a breakdown that was worked out."""
    return CONTENT[kind](choice, done)


def ratios_content(measure: Measure, answer: Answer, rows: Sequence[Row]) -> Content:
    """Every ratio of groups that a measure has, from the rows of one period; what cannot be said is said in words."""
    drawn, refused = [], []
    parts = [each for each in measure.parts if each.statistic == "group_ratio"]
    if not {part.id for part in parts} & {row["part"] for row in rows}:
        return Content()  # stored by a toolkit edition that had no ratios
    for part in parts:
        own = [row for row in rows if row["part"] == part.id]
        rule = str(answer.rule_words) if part.uses_rule else ""
        line = Line(measure, part, own, answer.provenance, translate=gettext, language=language(), rule_words=rule)
        made = ratios_picture(line)
        if made is not None:
            drawn.append(Drawn(part.id, line, made))
        else:
            others = [row for row in own if row["group"] != reference_of(part)]
            reason = next((row["reason"] for row in others if row["reason"]), _("There is none."))
            refused.append(f"{part.title}: {reason}")
    return Content(pictures=tuple(drawn), refused=tuple(refused))


def _line(choice: Choice, done: Breakdown, *, has_rule: bool) -> Line:
    origin: dict[str, Any] = {
        "as_at": done.as_at.isoformat() if done.as_at else "",
        "pack": done.pack,
        "origins": ["made-up"] if done.made_up else [],
        "by": "",
    }
    rule = str(choice.rule_words) if has_rule else ""
    return Line(choice.measure, choice.part, (), origin, translate=gettext, language=language(), rule_words=rule)


def _week(choice: Choice, done: Breakdown) -> Content:
    line, week = _line(choice, done, has_rule=choice.part.uses_rule), said.week_of(done)
    many = sum(week.counts.values())
    sentence = ngettext("%(many)s was counted.", "%(many)s were counted, of all days that are held.", many)
    told = [sentence % {"many": plain(many)}]
    if choice.part.statistic == "proportion":
        told.append(_("These are those that the share counts: an hour with many of them need not have a high share."))
    return Content(tuple(told), (Drawn(WEEK, line, week_of(line, week)),) if many else ())


def _became(choice: Choice, done: Breakdown) -> Content:
    line, found = _line(choice, done, has_rule=False), said.together_of(done)
    of_outcomes = choice.measure.id in OUTCOMES
    pair = STEPS if of_outcomes else GRADES
    words = {"many": plain(sum(found.counts.values())), "unknown": plain(found.unknown)}
    if of_outcomes:
        text = _(
            "%(many)s changes of an outcome type, of crimes with a mental-health factor; of %(unknown)s one of the two "
            "types is not known."
        )
    else:
        text = _(
            "%(many)s incidents of every kind, not only those related to mental health; of %(unknown)s one of the two "
            "grades is not known, and they are left out."
        )
    return Content((text % words,), (Drawn(BECAME, line, matrix_of(line, pair, found)),))


def _strands(choice: Choice, done: Breakdown) -> Content:
    line, found = _line(choice, done, has_rule=True), said.strands_of(done)
    table = strands_table(line, found)
    unknown = found.unknown_flag / (found.incidents + found.unknown_flag) * PERCENT
    words = {
        "unknown": plain(found.unknown_flag),
        "share": f"{unknown:.1f}%",
        "strand": plain(found.unknown_strand),
        "strand_share": f"{found.unknown_strand / found.related * PERCENT:.1f}%",
        "elsewhere": plain(found.elsewhere),
    }
    not_known = _(
        "Not known: of %(unknown)s incidents (%(share)s) whether they are mental-health-related; of %(strand)s "
        "mental-health-related incidents (%(strand_share)s) the strand of a flag. Flags that stand on no incident "
        "held, and are left out: %(elsewhere)s."
    )
    most = _(
        "A lift says how many times as often a strand is flagged on mental-health-related incidents as on all "
        "incidents: 1 is what chance alone would give. It can be at most %(most)s here: that high it is where every "
        "incident with a flag of the strand is mental-health-related."
    ) % {"most": f"{found.incidents / found.related:.1f}"}
    lifts, drawn = lifts_picture(line, found), []
    if lifts is not None:
        drawn.append(Drawn("lift", line, lifts))
    if sum(each.both > 0 for each in found.strands) > 1:
        drawn.append(Drawn("together", line, strands_together(line, found)))
    pairs = pairs_picture(line, found)
    if pairs is not None:
        drawn.append(Drawn("pairs", line, pairs))
    return Content((table.sentence, not_known % words, most), tuple(drawn), table, line)


CONTENT: Mapping[str, Callable[[Choice, Breakdown], Content]] = {WEEK: _week, BECAME: _became, STRANDS: _strands}
