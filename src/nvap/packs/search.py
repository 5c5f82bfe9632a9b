"""Find words anywhere in a pack: ids first, then titles, then texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nvap.packs.item import wording

if TYPE_CHECKING:
    from nvap.packs.measure import Measure
    from nvap.packs.model import Pack

_AROUND = 70
_SHORT = ("title", "name", "label")
_MEASURE_WORDS = ("title", "short", "says", "cannot_say", "rise_means", "why", "expected_course")


@dataclass(frozen=True)
class Hit:
    """One item that holds every word looked for; `before`, `match` and `after` make the snippet."""

    id: str
    kind: str
    title: str
    before: str
    match: str
    after: str

    @property
    def snippet(self) -> str:
        """The words around the first match."""
        return self.before + self.match + self.after


def search(pack: Pack, text: str) -> tuple[Hit, ...]:
    """The items and measures that hold every word of `text`, whatever its capitals; the likeliest first.

    An id that is the text comes first, then ids that start with it, then titles, then everything else, each in the
    pack's order. Nothing is found for an empty text.
    """
    looked_for = text.casefold().split()
    if not looked_for:
        return ()
    found = []
    for position, (item_id, parts) in enumerate(_everything(pack)):
        rank = _rank(pack, item_id, parts, looked_for)
        if rank is not None:
            found.append((rank, position, _hit(pack, item_id, parts, looked_for[0])))
    return tuple(hit for *_, hit in sorted(found, key=lambda each: each[:2]))


def _everything(pack: Pack) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each id with its words, part by part, the text before the note."""
    for item in pack.items.values():
        names = sorted(wording(type(item)), key=lambda name: (name not in _SHORT, name != "text", name == "note"))
        yield item.id, [(name, found) for name in names if (found := getattr(item, name))]
    for measure in pack.measures.values():
        yield measure.id, list(_measure_parts(measure))


def _measure_parts(measure: Measure) -> Iterator[tuple[str, str]]:
    yield from ((name, getattr(measure, name)) for name in _MEASURE_WORDS)
    yield from (("caveats", each) for each in measure.caveats)
    yield from (("parts", each.title) for each in measure.parts)


def _rank(pack: Pack, item_id: str, parts: list[tuple[str, str]], looked_for: list[str]) -> int | None:
    own, whole = item_id.casefold(), " ".join(looked_for)
    if whole in (own, pack.qualified(own).casefold()):
        return 0
    if own.startswith(whole):
        return 1
    titles = " ".join(found for name, found in parts if name in _SHORT).casefold()
    if all(each in titles for each in looked_for):
        return 2
    everything = " ".join((own, *(found for _, found in parts))).casefold()
    return 3 if all(each in everything for each in looked_for) else None


def _hit(pack: Pack, item_id: str, parts: list[tuple[str, str]], word: str) -> Hit:
    texts = [found for name, found in parts if name not in _SHORT] or [found for _, found in parts]
    shown = next((each for each in texts if word in each.casefold()), texts[0] if texts else "")
    start = shown.casefold().find(word)
    length = len(word) if start >= 0 else 0
    start = max(start, 0)
    before, after = shown[:start], shown[start + length :]
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + "…"
    return Hit(item_id, pack.kind(item_id), pack.label(item_id), before, shown[start : start + length], after)
