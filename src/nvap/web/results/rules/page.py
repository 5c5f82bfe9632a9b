"""What the pages of counting rules show: each rule in words, what it found in the last year, and what stood before."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from pyarrow import parquet

from nvap.errors import InputFault, UsageFault
from nvap.measures.asking import end_of
from nvap.measures.profile import COUNT
from nvap.records import rule_book, store
from nvap.records.counting_rule import CountingRule, rule_of, shipped_rules
from nvap.records.rule_book import Version
from nvap.records.workspace import Force as WorkspaceForce
from nvap.statistics.proportion import wilson_interval
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.results import stored
from nvap.web.results.layouts import FIRST_RULE
from nvap.web.results.models import StoredResult
from nvap.web.results.numbers import plain, span_words
from nvap.web.results.rules.words import DID, Fact, differences, facts
from nvap.web.results.stored import Answer, Row
from nvap.web.results.words import RULES, Words

MONTHS = 12
_NUMBER, _SHARE = "count", "share"


@dataclass(frozen=True)
class Found:
    """What a rule found in the months of the page: how many incidents, what share, and of how many it is not known.

    Where there is no number, `why` says so and the others are empty.
    """

    incidents: str = ""
    share: str = ""
    unknown: str = ""
    months: int = 0
    why: str = ""
    address: str = ""


@dataclass(frozen=True)
class RuleOnPage:
    """One rule: its words, what it counts option by option, and what it found."""

    id: str
    word: str
    name: Words
    says: str
    facts: tuple[Fact, ...]
    is_own: bool
    found: Found


@dataclass(frozen=True)
class RulesPage:
    """The toolkit's rules and the force's own beside each other, those retired, and what is wrong with the file."""

    rules: tuple[RuleOnPage, ...]
    retired: tuple[Version, ...]
    days: str
    months: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class VersionOnPage:
    """One version of a rule: what was done, the rule in words, what differs from the version before (the option, its
    words before, its words now), and the measures with results that it counted.
    """

    version: Version
    did: Words
    facts: tuple[Fact, ...]
    changed: tuple[tuple[str, str, str], ...]
    results: tuple[tuple[str, str], ...]
    stands: bool


@dataclass(frozen=True)
class RulePage:
    """The page of one rule: what it counts, what it found, and its versions, the newest first.

    `not_in_code_map` are its codes that the loaded table of codes does not hold, each with the nearest that it does.
    """

    rule: RuleOnPage
    days: str
    versions: tuple[VersionOnPage, ...]
    stands: bool
    newest: str
    results: tuple[tuple[str, str], ...]
    not_in_code_map: tuple[tuple[str, str], ...]


def rules_page(force: Force) -> RulesPage:
    """Every rule that stands, as this force counts."""
    here, faults = _here(force), tuple[str, ...]()
    try:
        own, kept = rule_book.learn(here.folder), rule_book.history(here.folder)
    except InputFault as fault:
        own, kept, faults = (), (), tuple(str(fault).splitlines())
    rules = (*shipped_rules().values(), *own)
    held, months = _counted(force, [each.id for each in rules])
    standing = {each.word for each in own}
    last = {each.rule.word: each for each in kept}
    return RulesPage(
        rules=tuple(_on_page(each, held, months) for each in rules),
        retired=tuple(each for word, each in last.items() if word not in standing and not faults),
        days=_days(months),
        months=len(months),
        faults=faults,
    )


def rule_page(force: Force, rule_id: str) -> RulePage:
    """The page of one rule, the toolkit's or an own one, also of a version that stood before.

    Raises UsageFault where there is none of this id, and InputFault where the force's file has faults.
    """
    here = _here(force)
    own = rule_book.learn(here.folder)
    found = _rule(here, rule_id)
    held, months = _counted(force, [found.id])
    standing = next((each for each in own if each.word == found.word), None)
    told = rule_book.versions(here.folder, found.word) if found.is_own else ()
    return RulePage(
        rule=_on_page(found, held, months),
        days=_days(months),
        versions=tuple(_version(force, told, at, standing) for at in reversed(range(len(told)))),
        stands=not found.is_own or (standing is not None and standing.id == found.id),
        newest=standing.id if standing is not None else "",
        results=_results(force, found.id),
        not_in_code_map=tuple(_not_in_code_map(here, found)),
    )


def as_it_stands(force: Force, word: str) -> CountingRule:
    """An own rule that stands, by its id with or without a mark. Raises UsageFault where none does."""
    standing = rule_book.learn(_here(force).folder)
    found = next((each for each in standing if each.word == word.partition("@")[0]), None)
    if found is None:
        raise UsageFault(f"No rule `{word}` stands.")
    return found


def standing_rules(force: Force) -> tuple[CountingRule, ...]:
    """The force's own rules that stand. Raises InputFault where their file has faults."""
    return rule_book.learn(_here(force).folder)


def token_of(rule: CountingRule) -> str:
    """What stands for a version in a form: every option, its name and its words go into it."""
    return hashlib.sha256(json.dumps(asdict(rule), sort_keys=True).encode()).hexdigest()[:32]


def last_change(force: Force, word: str) -> Version | None:
    """Who changed or retired an own rule last, and when; None where there never was one."""
    told = rule_book.versions(_here(force).folder, word.partition("@")[0])
    return told[-1] if told else None


def _rule(here: WorkspaceForce, rule_id: str) -> CountingRule:
    found = rule_of(rule_id) if rule_id.partition("/")[0] in shipped_rules() else None
    return found or rule_book.find(here.folder, rule_id)


def _on_page(rule: CountingRule, held: Mapping[str, Answer], months: Sequence[date]) -> RuleOnPage:
    return RuleOnPage(
        id=rule.id,
        word=rule.word,
        name=RULES.get(rule.id, rule.name),
        says=rule.says,
        facts=tuple(facts(rule)),
        is_own=rule.is_own,
        found=_found(rule, held.get(rule.id), months),
    )


def _version(force: Force, told: Sequence[Version], at: int, standing: CountingRule | None) -> VersionOnPage:
    version = told[at]
    changed = differences(told[at - 1].rule, version.rule) if at else []
    is_last = standing is not None and version.rule == standing and version.did != "retired"
    results = _results(force, version.rule.id) if version.did != "retired" else ()
    return VersionOnPage(version, DID[version.did], tuple(facts(version.rule)), tuple(changed), results, stands=is_last)


def _not_in_code_map(here: WorkspaceForce, rule: CountingRule) -> Iterator[tuple[str, str]]:
    """Codes that no extract of the table of codes holds; none where it is not loaded. It is small, and read whole."""
    batches = store.batches(here, "code_map")
    held = {code for each in batches for code in parquet.read_table(each.rows, columns=["code"])["code"].to_pylist()}
    if not held:
        return
    for code in dict.fromkeys((*rule.opening_codes, *rule.closing_codes, *rule.never_codes)):
        is_held = any(each.startswith(code[:-1]) for each in held) if code.endswith("*") else code in held
        if not is_held:
            yield code, next(iter(difflib.get_close_matches(code.rstrip("*"), sorted(held), n=1)), "")


def _results(force: Force, rule_id: str) -> tuple[tuple[str, str], ...]:
    """The measures with stored results that were counted under a rule, each with the address that shows them."""
    found = StoredResult.objects.filter(force=force, rule=rule_id).order_by("measure")
    measures = found.values_list("measure", flat=True).distinct()
    return tuple((each, reverse("measure", args=[each], query={"rule": rule_id})) for each in measures)


def _counted(force: Force, rules: Iterable[str]) -> tuple[dict[str, Answer], tuple[date, ...]]:
    """What counts incidents month by month, by rule, and the last whole months of which the first rule has a number."""
    wanted = dict.fromkeys((FIRST_RULE, *rules))
    entries = StoredResult.objects.filter(force=force, measure=COUNT, by="month", rule__in=wanted).current()
    folder = _here(force).folder / stored.RESULTS
    held = {each.rule: Answer(each, folder / each.run) for each in entries if (folder / each.run).is_dir()}
    if FIRST_RULE not in held:
        return held, ()
    whole = [row for row in held[FIRST_RULE].of_part(_NUMBER) if row["value"] is not None and row["status"] == "ok"]
    return held, tuple(sorted(row["period_start"] for row in whole)[-MONTHS:])


def _found(rule: CountingRule, answer: Answer | None, months: Sequence[date]) -> Found:
    if answer is None:
        return Found(why=_("Not counted yet"))
    rows = [row for row in answer.of_part(_NUMBER) if row["period_start"] in set(months) and row["value"] is not None]
    if not rows:
        return Found(why=_refused(answer.of_part(_NUMBER)))
    shares = [row for row in answer.of_part(_SHARE) if row["period_start"] in set(months) and row["value"] is not None]
    return Found(
        incidents=plain(sum(row["numerator"] for row in rows)),
        share=_share(shares),
        unknown=plain(sum(row["unknown"] or 0 for row in rows)),
        months=len(rows),
        address=reverse("measure", args=[COUNT], query={"rule": rule.id}),
    )


def _share(rows: Sequence[Row]) -> str:
    """The share of all incidents of which it is known, with its interval; empty where none can be said."""
    of = int(sum(row["denominator"] for row in rows))
    if not of:
        return ""
    found = wilson_interval(int(sum(row["numerator"] for row in rows)), of)
    words = {"value": f"{found.value:.1%}", "low": f"{found.lower:.1%}", "high": f"{found.upper:.1%}"}
    return _("%(value)s (95%% interval %(low)s to %(high)s)") % words


def _refused(rows: Sequence[Row]) -> str:
    reasons = [row["reason"] for row in rows if row["reason"]]
    return reasons[0] if reasons else _("Not enough data to say")


def _days(months: Sequence[date]) -> str:
    return span_words(months[0], end_of(months[-1], "month")) if months else ""


def _here(force: Force) -> WorkspaceForce:
    return workspace.current().force(force.code)
