"""SQL that turns a source's values into clean texts, numbers, codes and yes or no."""

from __future__ import annotations

from nvap.engine.connection import literal
from nvap.records import rules
from nvap.records.contract import Column
from nvap.records.mapping_columns import MappedColumn

_IDS = ("record_ref", "key", "code")
_INVISIBLE = r"[\x{00AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FEFF}]"
TRUE = ("true", "yes", "y", "1", "t")
FALSE = ("false", "no", "n", "0", "f")


def texts(items: tuple[str, ...]) -> str:
    """A list of SQL text literals in brackets."""
    return f"({', '.join(literal(item) for item in items)})"


def trimmed(expression: str) -> str:
    """The text of an expression without blanks around it."""
    return f"trim(CAST({expression} AS VARCHAR), ' ' || chr(9) || chr(10))"


def plain(mapped: MappedColumn, name: str) -> str:
    """The trimmed text `name` as the column takes it: nothing is missing, ids lose what cannot be seen."""
    text = name
    if mapped.column.type in _IDS:
        stripped = f"regexp_replace({name}, {literal(_INVISIBLE)}, '', 'g')"
        text = f"CASE WHEN strlen({name}) <> length({name}) THEN {stripped} ELSE {name} END"
    text = f"nullif({text}, '')"
    if mapped.missing:
        text = f"CASE WHEN {name} IN {texts(mapped.missing)} THEN NULL ELSE {text} END"
    return text


def is_placeholder(column: Column, name: str) -> str:
    """Whether an id's text stands for nobody and nothing."""
    if column.type not in ("key", "record_ref"):
        return "false"
    return f"coalesce(upper({name}) IN {texts(rules.PLACEHOLDERS)} OR regexp_full_match({name}, '0+|9{{5,}}'), false)"


def number(mapped: MappedColumn, name: str) -> tuple[str, str]:
    """The SQL of a number's value and of its fault (0: none)."""
    column = mapped.column
    whole = column.type == "integer"
    decimal, thousands = _escaped(mapped.decimal), _escaped(mapped.thousands)
    digits = rf"([0-9]+|[0-9]{{1,3}}({thousands}[0-9]{{3}})+)" if thousands else "[0-9]+"
    pattern = f"-?{digits}" if whole else f"-?{digits}({decimal}[0-9]+)?"
    text = f"replace({name}, {literal(mapped.thousands)}, '')" if thousands else name
    text = f"replace({text}, {literal(mapped.decimal)}, '.')" if mapped.decimal != "." else text
    fits = f"regexp_full_match({name}, {literal(pattern)})"
    value = f"CASE WHEN {fits} THEN TRY_CAST({text} AS {'BIGINT' if whole else 'DOUBLE'}) END"
    bounds = [
        f"({value}) {sign} {bound:.17g}"
        for sign, bound in (("<", column.minimum), (">", column.maximum))
        if bound is not None
    ]
    fault = f"WHEN {name} IS NOT NULL AND ({value}) IS NULL THEN {rules.NOT_WHOLE if whole else rules.NOT_NUMBER}"
    if bounds:
        fault += f" WHEN {' OR '.join(bounds)} THEN {rules.OUT_OF_RANGE}"
    return value, fault


def boolean(name: str) -> tuple[str, str]:
    """The SQL of a yes or no, and of its fault."""
    value = f"CASE WHEN lower({name}) IN {texts(TRUE)} THEN true WHEN lower({name}) IN {texts(FALSE)} THEN false END"
    return value, f"WHEN {name} IS NOT NULL AND ({value}) IS NULL THEN {rules.NOT_BOOLEAN}"


def code_faults(column: Column, value: str, dated: str | None) -> str:
    """The fault of a code that its list does not hold, or does not hold on the day `dated`."""
    allowed = texts(tuple(each.code for each in column.codes))
    faults = f"WHEN {value} IS NOT NULL AND {value} NOT IN {allowed} THEN {rules.UNKNOWN_CODE}"
    for code in column.codes:
        outside = [
            f"{dated} {sign} DATE '{day.isoformat()}'"
            for sign, day in (("<", code.valid_from), (">", code.valid_to))
            if day is not None and dated is not None
        ]
        if outside:
            faults += f" WHEN {value} = {literal(code.code)} AND ({' OR '.join(outside)}) THEN {rules.CODE_OUT_OF_DATE}"
    return faults


def text_faults(column: Column, value: str) -> str:
    """The fault of a text that is longer than its column allows, as free text is."""
    return f"WHEN length({value}) > {column.max_length} THEN {rules.TOO_LONG}"


def _escaped(sign: str) -> str:
    return f"[{sign}]" if sign else ""
