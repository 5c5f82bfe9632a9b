"""The documentation page of derived columns and counting rules, written from their own declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nvap.packs import DEFAULT
from nvap.packs.derived.column import DerivedColumn
from nvap.packs.measurable import MHRI, measurable
from nvap.packs.some_measures import some_measures
from nvap.records.contract import TABLES, contract
from nvap.records.counting_rule import CLOSURE_KINDS, CODE_ROLES, FLAG_TIMES, LINKED_RECORDS, UNITS, shipped_rules

_HEAD = """\
# Derived columns

Columns that measures name and no extract holds: worked out from others, by SQL that stands once, in
`src/nvap/packs/derived_columns.py`, `src/nvap/packs/derived/` and `src/nvap/records/derived.py`. This page is written
from those declarations (`nvap columns --markdown > docs/derived-columns.md`); a test fails when it differs, and when a
column is not tested.

- *Missing is never taken as no, and never as 0.* What is missing is counted as unknown beside every number.
- A column whose inputs no mapping fills makes the measure *not computable*, and `nvap readiness` names what is missing.
- The SQL is part of a measure's mark (`definitions` in a result's provenance): a changed column changes the mark of
  every measure that names it, and `nvap results compare` then says that the measure is defined otherwise.
- `nvap measure D09 --sql` prints the SQL of a number, with that of its columns in it.
"""

_UNITS = """\
## Calls, events and episodes

Three units of counting, joined by what the contract holds; a rule says by which of them it counts.

| unit | what is counted | how logs are joined |
|---|---|---|
| `log` | a log that the control room closed as an incident (the default) | not at all |
| `call` | every log opened for a contact: counted, or a duplicate of one that is | not at all |
| `event` | what the calls were about, each once | `duplicate_of` is followed to the end of the chain |
| `episode` | events of one person that follow one another | each began within 24 hours of the one before |

- A duplicate of a duplicate is followed, for 16 steps. A chain that leads back to itself is a *loop*: which event its
  logs belong to is unknown, they are counted as unknown, and the column `chain` says so. So it is where the chain ends
  at a log that is not held (`leader_not_held`).
- Episodes are told by the person linked as caller, subject or missing person. Where no person is linked, by the place,
  unless that is an institution (`at_institution`), where one person after another is in contact; then it is unknown.
- Ask for a unit behind any rule: `nvap measure D01 --rule R1/event`, `--rule R2/episode`, `--rule R1/call`.
"""

_OWN_RULE = """\
### A rule of the force's own

Make it on the page *Counting rules*, or write it into `<workspace>/<force>/counting-rules.yaml`, and ask for it by its
id or its name (`nvap measure D01 --rule R-own`). It can be asked of every measure that is defined under more than R1.
Results carry the id with a mark of the content (`R-own@1a2b3c4d`), and their provenance holds every option, so two
wordings are never mixed up. `nvap rules` lists what can be asked and checks the file.

```yaml
rules:
  - id: R-own
    name: without dementia, by event
    says: A mental-health-related incident by the force's own codes at closure, dementia left out.
    flag_at: [closure]
    closing_codes: [MH1, "MH2*"]       # * takes every sub-type
    never_codes: [DEM]
    linked_records: [person_markers]
    minimum_confidence: 0.9
    unit: event
```
"""

_TIMES = """\
## T1, T2 and T3

Time spent is measured in three ways that disagree (after Langton, 2023). **T1**: from the first arrival to the closing
of the log. **T2**: from a resource's arrival until it is clear, times its officers. **T3**: from its being assigned
until it is clear, times its officers. A stamp that is missing, an end before its start, an end at midnight to the
second (as systems fill it in; on the clocks of the United Kingdom) and a time of more than 36 hours are unknown.
`_least` and `_most` bound them: the true total lies between their sums, unless a job truly took longer than 36 hours
(D12 shows both).
"""

_MATURITY = """\
## Maturity

Flags come late, so the newest weeks are always too low. `flag_at_30_days` is the flag's state 30 days after the log was
opened, by the event history: the same age for every log. A log that is younger is *not yet* mature; a log without any
event in the history is told apart (`maturity`); and where no event history is loaded, what needs it is not computable,
with the reason.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([_HEAD, *_contents(), *_rules(), _OWN_RULE, _UNITS, _TIMES, _MATURITY, *_tables()])


def _contents() -> Iterator[str]:
    yield "| table | derived columns |"
    yield "|---|---|"
    for table in _with_columns():
        yield f"| [{table}](#{table}) | {', '.join(f'`{name}`' for name in _columns(table))} |"
    yield ""


def _rules() -> Iterator[str]:
    yield "## Counting rules\n"
    yield "A rule says when a log is mental-health-related (`mhri`) and which logs count (`counted`). The toolkit's own"
    yield "stand in `src/nvap/records/counting_rules.yaml`:\n"
    yield "| rule | name | a flag counts at | other records that count |"
    yield "|---|---|---|---|"
    for rule in shipped_rules().values():
        yield f"| {rule.id} | {rule.name} | {', '.join(rule.flag_at)} | {', '.join(rule.linked_records) or 'none'} |"
    yield "| RA | on review | the reviewers' answer | none |"
    yield ""
    yield "| option | allowed | without it |"
    yield "|---|---|---|"
    for name, allowed, default in _OPTIONS:
        yield f"| `{name}` | {allowed} | {default} |"
    yield ""


_OPTIONS = (
    ("id", "2 to 20 letters, digits and `-`; not one of the toolkit's", "needed"),
    ("name, says", "words", "needed"),
    ("flag_at", f"any of {', '.join(FLAG_TIMES)}; `at_30_days` needs the event history", "closure"),
    (
        "opening_codes, closing_codes",
        "the force's own codes; `*` at the end takes sub-types. A column with several codes has them between `,` `;` or"
        " a bar",
        "the flag that the mapping makes",
    ),
    ("code_roles", f"any of {', '.join(CODE_ROLES)}: codes with such a role in code_map on the log's day", "none"),
    ("never_codes", "codes that never count, as dementia where that is the force's choice", "none"),
    ("linked_records", f"any of {', '.join(LINKED_RECORDS)}", "none"),
    ("minimum_confidence", "0 to 1: how likely a link made by likeness must be to count", "any link"),
    ("leaves_out", f"any of {', '.join(CLOSURE_KINDS)}: logs that are no incident", "all four"),
    ("unit", ", ".join(UNITS), "log"),
    ("text_search", "never: free text is in no contract", "never"),
)


def _tables() -> Iterator[str]:
    used = _uses()
    for table in _with_columns():
        described = contract(table)
        yield f"## {table}\n"
        yield f"Unit of counting: {described.description.partition('. ')[0].rstrip('.').lower()}.\n"
        for name, each in _columns(table).items():
            yield from _column(name, each, used.get((table, name), ""))
        yield ""


def _column(name: str, each: DerivedColumn, used: str) -> Iterator[str]:
    yield f"**`{name}`** ({each.type}). {each.description}\n"
    yield f"- Inputs: {', '.join(f'`{need}`' for need in sorted(each.needs))}"
    yield f"- Unknown when: {each.unknown_when}"
    yield f"- Used in: {used or 'no measure of the toolkit; measures and rules may name it'}\n"


def _with_columns() -> list[str]:
    return [table for table in TABLES if _columns(table)]


def _columns(table: str) -> Mapping[str, DerivedColumn]:
    """The table's derived columns but those of a force's own rules."""
    return {name: each for name, each in measurable(table).derived.items() if ":" not in name}


def _uses() -> dict[tuple[str, str], str]:
    """The measures whose parts name each column, in order."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for measure in some_measures(DEFAULT).measures.values():
        for part in measure.parts:
            names = {(part.table, name) for each in part.expressions for name in each.columns}
            names |= {(table, name) for table, sums in part.many.items() for each in sums for name in each.columns}
            for table, name in names:
                linked, _, column = name.rpartition(".")
                found.setdefault((linked or table, column), {})[measure.id] = None
    for rule in shipped_rules().values():
        found.setdefault(("incidents", f"{MHRI}_{rule.id.lower()}"), {})[f"the rule {rule.id}"] = None
    return {key: ", ".join(dict.fromkeys(ids)) for key, ids in found.items()}
