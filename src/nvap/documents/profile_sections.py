"""A problem profile put into words, tables and pictures, section by section, for those inside or for partners."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from nvap.charts.scale import Language, written
from nvap.disclosure.table import Cell, Column
from nvap.documents.board_pack import Said
from nvap.documents.profile import HIDES, Audience, Grid, ProfileDocument, Section
from nvap.documents.profile_demand import by_rule, kinds, places, trend, week
from nvap.documents.profile_hand import Hand, Made, grid_of, percent_of
from nvap.documents.profile_hours import hours_needed, weeks_ahead
from nvap.documents.profile_people import repeats, strands
from nvap.measures.hours import LONGEST_MINUTES, TIMES
from nvap.measures.profile import BESIDE, COUNT, HOURS, RATE, REPEAT, TREND_MONTHS, Profile, Told
from nvap.records.contract import contract
from nvap.wording import Translate

TITLE: Final = "Mental health problem profile"


def document(
    profile: Profile,
    *,
    audience: Audience = "inside",
    marking: str = "OFFICIAL-SENSITIVE",
    translate: Translate = str,
    language: Language = "en",
) -> ProfileDocument:
    """The profile as those inside the force, or partners, may read it."""
    hand = Hand(profile, audience, translate, language)
    made = [
        by_rule(hand),
        kinds(hand),
        places(hand),
        week(hand),
        repeats(hand),
        strands(hand),
        trend(hand),
        hours_needed(hand),
        weeks_ahead(hand),
        _unknown(hand),
        _how(hand),
    ]
    sections = tuple(section for section, _ in made)
    return ProfileDocument(
        title=translate(TITLE),
        force=profile.name,
        days=translate("{first} to {last}").format(first=hand.day(profile.start), last=hand.day(profile.end)),
        audience=audience,
        marking=marking,
        figures=_figures(hand),
        in_short=_in_short(hand, sections),
        facts=_facts(hand),
        sections=sections,
        not_said=_not_said(hand, sections),
        tables=tuple((f"{section.id}-{at}" if at else section.id, each) for section, tables in made
                     for at, each in enumerate(tables)),
        made_up=profile.is_made_up,
        language=language,
    )  # fmt: skip


def _unknown(hand: Hand) -> Made:
    say, profile = hand.say, hand.profile
    columns = (
        Column("what", say("What is not on record")),
        Column("unknown", say("Incidents"), "count"),
        Column("of", say("Of"), "base"),
        Column("share", say("Share"), "share", "%"),
        Column("effect", say("What that does")),
    )
    rows: list[tuple[Cell, ...]] = [
        (say(e.what), e.unknown, e.of, percent_of(e.unknown, e.of), say(e.effect)) for e in profile.unknown if e.of
    ]
    if profile.people.value is not None:
        found = profile.people.value
        rows.append((say("A linked person, of mental-health-related incidents"), found.unlinked, found.incidents,
                     percent_of(found.unlinked, found.incidents), say("They are in no count of people.")))  # fmt: skip
    table = hand.table(say("What is not on record"), columns, rows)
    caveats = dict.fromkeys(
        text for each in (COUNT, RATE, HOURS, REPEAT, BESIDE) if each in profile.measures
        for text in (profile.measures[each].cannot_say,) if text
    )  # fmt: skip
    limits = [f"{each} {title}: {missing}." for each, title, missing in profile.not_ready]
    notes = (
        say("What this profile cannot say:"),
        *caveats,
        say("How many incidents were truly about mental health is told by a dip sample only: records miss some and hold"
            " others by mistake, and a rise may be better flagging."),
        *((say("Measures about demand that cannot be computed yet:"), *limits) if limits else ()),
    )  # fmt: skip
    said = (say("What is not known is shown here and is in none of the numbers above."),)
    return Section("unknown", say("What is not known"), said, grids=(grid_of(hand, "unknown", table),), notes=notes), (
        table,
    )


def _how(hand: Hand) -> Made:
    say, profile = hand.say, hand.profile
    hours = profile.hours.value
    said = [
        say("Counting rule: {rule}. Toolkit edition: {pack}. As at {day}.").format(
            rule=hand.rule_words, pack=profile.pack, day=hand.day(profile.as_at)
        ),
        say("Intervals are at 95%: shares have Wilson score limits, rates Byar's, means Student's t over weeks, the"
            " forecast its own residuals. A percentage needs 20 cases. The trend covers {months} months.").format(
            months=TREND_MONTHS),
    ]  # fmt: skip
    if hours is not None:
        said.append(
            say("Hours rest on {weeks} whole weeks, from {first} to the week of {last}; shifts begin at {shifts}. A"
                " time that is missing, negative, longer than {most} hours or ends at midnight to the second is"
                " unknown.").format(
                weeks=len(hours.weeks), first=hand.day(hours.weeks[0]), last=hand.day(hours.weeks[-1]),
                shifts=", ".join(f"{each.clock} ({each.name})" for each in hours.shifts),
                most=int(LONGEST_MINUTES // 60))
        )  # fmt: skip
    if hand.is_shared:
        said.append(say(HIDES))
    columns = (Column("table", say("Table")), Column("extracts", say("Extracts read")))
    rows: list[tuple[Cell, ...]] = [(name, ", ".join(batches)) for name, batches in profile.extracts.items()]
    table = hand.table(say("What it was made from"), columns, rows)
    listed = tuple(
        (contract(name).title, str(len(batches)), *(hand.day(date.fromisoformat(batches[at][:10])) for at in (0, -1)))
        for name, batches in profile.extracts.items()
    )
    headings = (say("Table"), say("Extracts"), say("The first as at"), say("The newest as at"))
    notes = (say("The extracts' own numbers stand in the file of tables."),)
    grid = Grid("how", say("What it was made from"), headings, (False, True, True, True), listed, notes)
    return Section("how", say("How this was made"), tuple(said), grids=(grid,)), (table,)


def _in_short(hand: Hand, sections: Sequence[Section]) -> tuple[str, ...]:
    """The first sentence of each section that has one, and what that cannot mean."""
    order = ("rules", "hours", "people", "trend", "strands", "places", "ahead")
    held = {each.id: each for each in sections}
    said = [held[name].said[0] for name in order if held[name].said and not held[name].why]
    cannot = hand.profile.measures[COUNT].cannot_say
    return tuple([*said, cannot.replace("It cannot", "This profile cannot", 1)] if cannot else said)


def _facts(hand: Hand) -> tuple[Said, ...]:
    say, profile = hand.say, hand.profile
    whom = say("Partners: small numbers are hidden") if hand.is_shared else say("The force alone")
    hours = profile.hours.value
    return (
        Said(say("Counting rule"), hand.rule_words),
        *((Said(say("Hours"), f"{say(TIMES[hours.time])} ({hours.time})"),) if hours else ()),
        Said(say("As at"), hand.day(profile.as_at)),
        Said(say("For"), whom),
    )


def _not_said(hand: Hand, sections: Sequence[Section]) -> tuple[str, ...]:
    """Each part that lacks data, with its reason."""
    profile = hand.profile
    said = [f"{each.title}: {each.why}" for each in sections if each.why]
    parts: list[tuple[str, Told[Any]]] = [
        (hand.say("Areas"), profile.areas),
        (hand.say("Places"), profile.places),
        (hand.say("Institutions"), profile.institutions),
        (hand.say("Kinds of place"), profile.place_kinds),
        (hand.say("People, by sure links"), profile.people_sure),
        (hand.say("Strands that go together"), profile.pairs),
        (hand.say("Share of all hours"), profile.share_of_hours),
        *((hand.say("Kinds"), each) for each in profile.kinds),
    ]
    said += [f"{name}: {each.why}" for name, each in parts if each.why]
    said += [
        f"{each.words} ({each.rule}): {each.count['reason']}"
        for each in profile.by_rule if each.count["value"] is None
    ]  # fmt: skip
    return tuple(dict.fromkeys(said))


def _figures(hand: Hand) -> tuple[Said, ...]:
    """The few numbers that a reader takes away, for the top of the first page."""
    say, profile = hand.say, hand.profile
    chosen = profile.chosen
    told = [
        Said(
            say("mental-health-related incidents, {rule}").format(rule=hand.rule_words),
            hand.count(chosen.count["value"]),
        )
    ]
    if chosen.rate["value"] is not None:
        told.append(
            Said(say("for each 1,000 people") + _limits(hand, chosen.rate["lower"], chosen.rate["upper"], 1),
                 written(chosen.rate["value"], 1))
        )  # fmt: skip
    if profile.hours.value is not None:
        unit = say("hours in a mean week") if profile.hours.value.time == "T1" else say("officer hours in a mean week")
        week = profile.hours.value.week.estimate
        told.append(Said(unit + _limits(hand, week.lower, week.upper, 0), written(week.value, 0)))
    if profile.people.value is not None:
        found = profile.people.value
        share = hand.share_of(sum(each.many for each in found.steps if each.least > 1), found.many)
        told += [Said(say("of people were in more than one"), share)] if share else []
    return tuple(told)


def _limits(hand: Hand, low: float | None, high: float | None, decimals: int) -> str:
    """The interval that stands with a number of the first page; nothing where it has none."""
    if low is None or high is None:
        return ""
    return hand.say(", 95% interval {low} to {high}").format(low=written(low, decimals), high=written(high, decimals))
