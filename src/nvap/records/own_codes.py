"""A force's own codes beside a contract's list, as its mapping declares them: strands of vulnerability that it added.

    own_codes:
      vulnerability_strand:
        version: "2024-04"
        codes:
          - {code: rural_isolation, label: Rural isolation, valid_from: 2024-04-01}

The mapping is versioned, and each batch keeps the codes that it was loaded under.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from nvap.declarations import Node
from nvap.errors import nearest
from nvap.records.contract import EXTENSIBLE, Code, Contract, code_list, day

_CODE: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class OwnCodes:
    """The codes that a force adds to one list, and the version of its own list."""

    version: str
    codes: tuple[Code, ...]


def read_own_codes(mapping: Node) -> dict[str, OwnCodes]:
    """What a mapping declares under `own_codes`, by code list; faults are noted with their lines."""
    parent = mapping.node("own_codes")
    found: dict[str, OwnCodes] = {}
    for name in parent.keys() if parent else ():
        assert parent is not None  # noqa: S101 - the loop has no rounds otherwise
        node = parent.node(name)
        if name not in EXTENSIBLE:
            parent.fault(
                f"`{name}` takes no codes of a force's own; allowed: {', '.join(EXTENSIBLE)}."
                f"{nearest(name, EXTENSIBLE)}",
                name,
            )
        elif node is not None:
            found[name] = _own(name, node)
    return found


def _own(name: str, node: Node) -> OwnCodes:
    known = code_list(name).labels
    codes: list[Code] = []
    for each in node.nodes("codes", required=True):
        code = Code(each.text("code"), each.text("label"), day(each, "valid_from"), day(each, "valid_to"))
        each.done()
        if not _CODE.fullmatch(code.code):
            each.fault(f"`{code.code}` must be small letters, digits and `_`, as rural_isolation", "code")
        elif code.code in known:
            each.fault(f"`{code.code}` is in the list {name} already ({known[code.code]})", "code")
        elif code.code in (held.code for held in codes):
            each.fault(f"`{code.code}` stands twice", "code")
        elif code.valid_from and code.valid_to and code.valid_from > code.valid_to:
            each.fault(f"`valid_from` {code.valid_from} lies after `valid_to` {code.valid_to}", "valid_from")
        codes.append(code)
    made = OwnCodes(node.text("version"), tuple(codes))
    node.done()
    return made


def with_own_codes(described: Contract, own: Mapping[str, OwnCodes], mapping: Node) -> Contract:
    """The contract whose columns take a force's own codes too; a list that no column uses is a fault."""
    used = {each.code_list for each in described.columns}
    for name in own:
        if name not in used:
            mapping.fault(f"no column of {described.name} uses the list `{name}`", "own_codes")
    columns = tuple(
        replace(each, own_codes=own[each.code_list].codes) if each.code_list and each.code_list in own else each
        for each in described.columns
    )
    return replace(described, columns=columns) if own else described


def labels_of(kept: Iterable[Mapping[str, OwnCodes]]) -> dict[str, dict[str, str]]:
    """The words of every own code, by list and code; where batches differ, the last has its way."""
    found: dict[str, dict[str, str]] = {}
    for each in kept:
        for name, own in each.items():
            found.setdefault(name, {}).update({code.code: code.label for code in own.codes})
    return found


def own_codes_to_json(own: Mapping[str, OwnCodes]) -> dict[str, Any]:
    """As a batch's header holds them."""
    return {
        name: {
            "version": each.version,
            "codes": [[code.code, code.label, _iso(code.valid_from), _iso(code.valid_to)] for code in each.codes],
        }
        for name, each in own.items()
    }


def own_codes_from_json(content: Mapping[str, Any]) -> dict[str, OwnCodes]:
    """What `own_codes_to_json` wrote. Raises KeyError, ValueError or TypeError where it is damaged."""
    return {
        name: OwnCodes(
            each["version"], tuple(Code(code, label, _day(a), _day(b)) for code, label, a, b in each["codes"])
        )
        for name, each in content.items()
    }


def _iso(found: datetime.date | None) -> str | None:
    return found.isoformat() if found else None


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
