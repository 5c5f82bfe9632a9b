"""What a logic model's drawing is made from: boxes in columns, lines between them, what stands below."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from nvap.charts.scale import Language
from nvap.charts.svg import checked_id
from nvap.errors import UsageFault, nearest


@dataclass(frozen=True)
class Box:
    """One item: its column (from 0), its tag as people know it, its words, its status in words, and where it leads.

    `title`, where there is one, stands in bold above the text; `note`, small, below it. An empty `href` makes no link.
    """

    id: str
    column: int
    tag: str
    text: str
    status: str
    href: str = ""
    title: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if not self.tag.strip() or not (self.text + self.title).strip():
            raise UsageFault(f"logic model: box {self.id!r} needs a tag and words.")


@dataclass(frozen=True)
class Edge:
    """One arrow, from the id of a box to the id of a box in the same column or one further right."""

    source: str
    target: str


@dataclass(frozen=True)
class LogicModelDrawing:
    """A whole drawing; checked at birth, so that it can be drawn.

    `consequences` are boxes too (their column is not used): what may follow that nobody wants, listed below.
    `notes` are lines at the foot: source, edition, what the statuses mean. `id` is unique on the page.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    consequences: tuple[Box, ...] = ()
    consequences_heading: str = "Unintended consequences to watch for"
    notes: tuple[str, ...] = ()
    language: Language = "en"

    def __post_init__(self) -> None:
        checked_id(self.id)
        if not self.title.strip():
            raise UsageFault(f"logic model {self.id}: a title is needed.")
        twice = [id_ for id_, many in Counter(box.id for box in (*self.boxes, *self.consequences)).items() if many > 1]
        if twice:
            raise UsageFault(f"logic model {self.id}: box {twice[0]} stands twice.")
        for box in self.boxes:
            if not 0 <= box.column < len(self.columns):
                raise UsageFault(
                    f"logic model {self.id}: box {box.id} stands in column {box.column}; there are "
                    f"{len(self.columns)}, from 0."
                )
        column = {box.id: box.column for box in self.boxes}
        for edge in self.edges:
            for id_ in (edge.source, edge.target):
                if id_ not in column:
                    raise UsageFault(f"logic model {self.id}: an arrow names {id_}, no box.{nearest(id_, column)}")
            if edge.source == edge.target or column[edge.target] < column[edge.source]:
                raise UsageFault(
                    f"logic model {self.id}: the arrow from {edge.source} to {edge.target} leads back; arrows lead to "
                    "the same column or further right."
                )

    def leads_to(self, id_: str) -> tuple[Box, ...]:
        """The boxes that a box's arrows reach, in the order of the arrows."""
        named = {box.id: box for box in self.boxes}
        return tuple(named[edge.target] for edge in self.edges if edge.source == id_)
