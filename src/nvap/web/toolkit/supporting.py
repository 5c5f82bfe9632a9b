"""Part 3: each activity with its evidence, impacts and questions; suggested measures; challenges; references."""

from __future__ import annotations

from dataclasses import dataclass

from nvap import packs
from nvap.packs import Pack
from nvap.packs.editions import PeelReference
from nvap.packs.items import (
    Activity,
    Challenge,
    Guidance,
    Issue,
    Link,
    OtherAction,
    PlanningQuestion,
    Reference,
    Situation,
    SuggestedMeasure,
)
from nvap.web.toolkit.impact_statement import Since, since
from nvap.web.toolkit.reading import Line, line, lines, of_items


@dataclass(frozen=True)
class ActivitySupport:
    """An activity and everything that speaks for it."""

    activity: Line
    effort: str
    evidence: tuple[Line, ...]
    impacts: tuple[Line, ...]
    questions: tuple[Line, ...]


@dataclass(frozen=True)
class NewerEdition:
    """What a PEEL code is in an edition that came later: a code, or not mapped."""

    edition: str
    said: str
    is_mapped: bool


@dataclass(frozen=True)
class Suggested:
    """A suggested measure, its PEEL reference if it is one, and what it is called in newer editions."""

    measure: Line
    peel: PeelReference | None
    newer: tuple[NewerEdition, ...]
    met_by: tuple[Line, ...]
    other_action: Other | None


@dataclass(frozen=True)
class Other:
    """Another action of the plan: installed only when its own toolkit is."""

    action: Line
    number: str
    is_installed: bool
    linked_from: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Support:
    """One objective's supporting information."""

    objective: Line
    situation: Line | None
    situation_evidence: tuple[Line, ...]
    activities: tuple[ActivitySupport, ...]
    suggested: tuple[Suggested, ...]


@dataclass(frozen=True)
class ChallengeSupport:
    """A perennial challenge, its issues, and where it is set out."""

    challenge: Line
    issues: tuple[Line, ...]
    set_out_in: tuple[Line, ...]


@dataclass(frozen=True)
class Chapter:
    """An objective on the contents page, with its activities."""

    objective: Line
    activities: tuple[Line, ...]


@dataclass(frozen=True)
class Contents:
    """What part 3 holds."""

    chapters: tuple[Chapter, ...]
    links: tuple[UsefulLink, ...]
    other_actions: tuple[Other, ...]


@dataclass(frozen=True)
class UsefulLink:
    """A page outside the toolkit."""

    link: Line
    url: str


@dataclass(frozen=True)
class About:
    """What the toolkit is and what has come after it."""

    guidance: tuple[Line, ...]
    planning_questions: tuple[Line, ...]
    since: tuple[Since, ...]


def contents(pack: Pack) -> Contents:
    """The contents page of part 3."""
    chapters = (Chapter(line(pack, each.id), of_items(pack, pack.of(Activity, each.id))) for each in pack.objectives)
    return Contents(
        chapters=tuple(chapters),
        links=tuple(UsefulLink(line(pack, each.id), each.url) for each in pack.of(Link)),
        other_actions=tuple(_other(pack, each) for each in pack.of(OtherAction)),
    )


def support(pack: Pack, objective_id: str) -> Support:
    """One objective's page of part 3. Raises UnknownItem for anything but an objective."""
    objective = pack.logic_model(objective_id).objective
    situation = next(iter(pack.of(Situation, objective.id)), None)
    return Support(
        objective=line(pack, objective.id),
        situation=line(pack, situation.id) if situation else None,
        situation_evidence=of_items(pack, pack.evidence_for(situation.id)) if situation else (),
        activities=tuple(_activity(pack, each) for each in pack.of(Activity, objective.id)),
        suggested=tuple(_suggested(pack, each) for each in pack.of(SuggestedMeasure, objective.id)),
    )


def challenges(pack: Pack) -> tuple[ChallengeSupport, ...]:
    """The perennial challenges with their issues."""
    issues = pack.of(Issue)
    return tuple(
        ChallengeSupport(
            challenge=line(pack, each.id),
            issues=of_items(pack, (issue for issue in issues if each.id in issue.challenge)),
            set_out_in=lines(pack, each.reference),
        )
        for each in pack.of(Challenge)
    )


def references(pack: Pack) -> tuple[Cited, ...]:
    """Every publication, and how many items cite it."""
    return tuple(Cited(line(pack, each.id), len(pack.citing(each.id))) for each in pack.of(Reference))


@dataclass(frozen=True)
class Cited:
    """A publication on the list of references."""

    reference: Line
    times: int


def about(pack: Pack) -> About:
    """The guidance notes."""
    return About(
        guidance=of_items(pack, pack.of(Guidance)),
        planning_questions=of_items(pack, pack.of(PlanningQuestion)),
        since=since(pack),
    )


def newer_editions(pack: Pack, reference: PeelReference) -> tuple[NewerEdition, ...]:
    """What the editions after the reference's own say of its code."""
    later = (each for each in pack.peel.values() if each.edition > reference.edition)
    return tuple(
        NewerEdition(each.edition, each.mapping_in_words(reference), each.mapping_of(reference) is not None)
        for each in later
    )


def _activity(pack: Pack, activity: Activity) -> ActivitySupport:
    return ActivitySupport(
        activity=line(pack, activity.id),
        effort=activity.effort_note,
        evidence=of_items(pack, pack.evidence_for(activity.id)),
        impacts=lines(pack, activity.impacts),
        questions=lines(pack, activity.questions),
    )


def _suggested(pack: Pack, suggested: SuggestedMeasure) -> Suggested:
    peel = next(iter(pack.peel_references(suggested.id)), None)
    other = next((pack.items[each] for each in suggested.other_action), None)
    return Suggested(
        measure=line(pack, suggested.id),
        peel=peel,
        newer=newer_editions(pack, peel) if peel else (),
        met_by=lines(pack, suggested.measures),
        other_action=_other(pack, other) if isinstance(other, OtherAction) else None,
    )


def _other(pack: Pack, action: OtherAction) -> Other:
    return Other(line(pack, action.id), action.id, packs.is_installed(action.id), lines(pack, action.linked_from))
