"""The contracts in words: for a terminal of 80 columns, and as Markdown for the documentation."""

from __future__ import annotations

import textwrap
from typing import Any

from nvap.records.contract import EXTENSIBLE, Code, CodeList, Column, Contract, code_list, code_lists, contracts

_WIDTH = 79
_REGIMES = {
    "part3_le": "personal data, law enforcement (DPA 2018 Part 3)",
    "part2_ukgdpr": "personal data, general processing (UK GDPR)",
    "not_personal": "not personal data",
}


def overview() -> str:
    """Every table on one line, with what it is for."""
    lines = ["Tables that a force can load (`nvap contract TABLE` shows one):", ""]
    lines += [f"  {each.name:<20} {each.title}" for each in contracts().values()]
    return "\n".join(lines)


def table_text(described: Contract) -> str:
    """One table with its columns, for a terminal."""
    lines = [f"{described.name}: {described.title}", *_wrapped(described.description, 2)]
    lines += [
        *_wrapped(f"key: {', '.join(described.key)}; placed in time by {described.period_column}", 2),
        f"  {_REGIMES[described.regime]}",
        f"  purpose: {described.purpose}",
        "",
        "  Columns (* must be filled):",
    ]
    for column in described.columns:
        mark = "*" if column.required else " "
        head = f"  {mark} {column.name:<22} {column.type_in_words}; {column.unit}"
        lines += textwrap.wrap(head, _WIDTH, subsequent_indent=" " * 27, drop_whitespace=True)
        lines += _wrapped(" ".join((column.description, *_rules(column))), 6)
    for name in dict.fromkeys(each.code_list for each in described.columns if each.code_list):
        lines += ["", *_codes_text(code_list(name))]
    return "\n".join(lines)


def as_json(described: Contract) -> dict[str, Any]:
    """One table as plain values."""
    columns = [
        {
            "name": each.name,
            "type": each.type,
            "required": each.required,
            "unit": each.unit,
            "description": each.description,
            "personal": each.personal,
            "code_list": each.code_list,
            "codes": code_list(each.code_list).labels if each.code_list else None,
            "pseudonym_of": each.domain,
            "days_allowed": each.range if each.type in ("date", "instant") else None,
            "not_before": list(each.not_before),
            "minimum": each.minimum,
            "maximum": each.maximum,
        }
        for each in described.columns
    ]
    return {
        "table": described.name,
        "title": described.title,
        "description": described.description,
        "regime": described.regime,
        "purpose": described.purpose,
        "key": list(described.key),
        "period_column": described.period_column,
        "columns": columns,
    }


def markdown() -> str:
    """Every table and code list as the page `docs/contracts.md`."""
    parts = [
        "# Data contracts",
        "",
        "The tables and columns that a force can load. This page is written by `nvap contract --markdown` from",
        "`src/nvap/records/contracts/*.yaml`. How to fill them from a force's own extract: [loading](loading.md).",
        "",
        "A time is stored in UTC, with its local day beside it as `<column>_date`. A key is a pseudonym: what",
        "stands in the extract is replaced while loading and never stored. Columns marked * must be filled.",
    ]
    for each in contracts().values():
        parts += ["", *_table_markdown(each)]
    parts += ["", "# Code lists"]
    for name in code_lists():
        parts += ["", *_codes_markdown(code_list(name))]
    return "\n".join(parts) + "\n"


def _table_markdown(described: Contract) -> list[str]:
    lines = [
        f"## {described.name}: {described.title.lower()}",
        "",
        described.description,
        "",
        f"- Key: {', '.join(f'`{name}`' for name in described.key)}",
        f"- Placed in time by `{described.period_column}`",
        f"- {_REGIMES[described.regime]}; purpose: {described.purpose}",
        "",
        "| Column | Type | Unit | What it holds |",
        "|---|---|---|---|",
    ]
    for column in described.columns:
        star = "*" if column.required else ""
        words = " ".join((column.description, *_rules(column)))
        lines.append(f"| `{column.name}`{star} | {column.type_in_words} | {column.unit} | {words} |")
    return lines


def _codes_markdown(found: CodeList) -> list[str]:
    rows = [f"| `{code.code}` | {code.label}{_validity(code)} |" for code in found.codes]
    own = ["", *_OWN_CODES] if found.name in EXTENSIBLE else []
    heading = f"## {found.name}: {found.title.lower()}"
    return [heading, "", found.source, *own, "", "| Code | Meaning |", "|---|---|", *rows]


_OWN_CODES = (
    "A force may add codes of its own to this list, in the mapping of the table that uses it. Each has its words and,",
    "where it came or went, the days on which it may be used. `version` names the force's own list. Unknown codes, and",
    "codes outside their days, are set aside and named by `nvap check`; each batch keeps the list that it was loaded",
    "under, and measures tell the codes in its words.",
    "",
    "```yaml",
    "own_codes:",
    "  vulnerability_strand:",
    '    version: "2026-04"',
    "    codes:",
    "      - {code: rural_isolation, label: Rural isolation, valid_from: 2026-04-01}",
    "      - {code: bogus_trades, label: Bogus tradesmen, valid_to: 2026-03-31}",
    "```",
)


def _codes_text(found: CodeList) -> list[str]:
    lines = [f"  {found.name}: {found.title}"]
    for code in found.codes:
        lines += textwrap.wrap(
            f"{code.code:<14} {code.label}{_validity(code)}",
            _WIDTH,
            initial_indent="    ",
            subsequent_indent=" " * 19,
        )
    return lines


def _validity(code: Code) -> str:
    since = f"from {code.valid_from.isoformat()}" if code.valid_from else ""
    until = f"to {code.valid_to.isoformat()}" if code.valid_to else ""
    return f" ({' '.join(filter(None, (since, until)))})" if since or until else ""


def _rules(column: Column) -> list[str]:
    rules = []
    if column.not_before:
        rules.append(f"Not before {' or '.join(column.not_before)}.")
    if column.minimum is not None and column.maximum is not None:
        rules.append(f"From {column.minimum:g} to {column.maximum:g}.")
    elif column.minimum is not None:
        rules.append(f"At least {column.minimum:g}.")
    if column.type == "date" and column.range == "any":
        rules.append("May lie in the future.")
    return rules


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent)
