"""A plan in the toolkit's own layout: which heading each text stands under, told by the headings' words.

Spelling, case, spaces and the place in the file do not matter. Nothing is dropped: a text under no known heading comes
back without a field, and the form's own prompts come back marked as printed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from nvap.documents.plan_reading import CellRead, SheetRead

Headings = Mapping[str, Sequence[str]]

OBJECTIVE, ACTIVITY = "objective", "plan.activity"
PERIOD = "plan.reporting-period"
# As people and older forms write them, beside the words that the pack gives.
_ALSO: Headings = {
    "plan.project-lead": ("Lead", "Plan lead", "Project manager"),
    "plan.prepared-by": ("Author", "Completed by"),
    "plan.date-prepared": ("Date", "Date completed"),
    PERIOD: ("Period", "Reporting dates"),
    "plan.impact-owner": ("Owner", "Objective owner", "Impact lead"),
    "plan.impact-description": ("Impact", "Description of impact", "Organisational impact", "External impact"),
    ACTIVITY: ("Activities", "Action", "Planned activity"),
    "plan.output": ("Outputs",),
    "plan.impact-measurement": ("Measurement", "Impact measure", "Measures"),
    "plan.progress": ("Progress to date", "Progress update", "Update"),
    "plan.next-steps": ("Next step",),
    "plan.risks": ("Risk", "Risks and unintended consequences"),
    "plan.risk-mitigation": ("Mitigation", "Risk mitigation", "Mitigating actions"),
    "plan.additional-comments": ("Comments", "Additional comment", "Further comments"),
    "PQ1": ("Why are we doing this",),
    "PQ2": ("What do we want to achieve",),
    "PQ3": ("What does success look like",),
    "PQ4": ("Who will benefit and how",),
    "PQ5": ("How will we track and measure the short medium and long term impacts", "How will we track and measure"),
}
_SIDES: Headings = {
    "organisational": ("Organisational impact", "Organisational", "Organizational", "Organisation", "Internal"),
    "external": ("External impact", "External"),
}
# How the form's own prompts begin, letters only; what follows one in the same cell is the writer's.
_PRINTED = (
    "what action do you plan to take",
    "what is the anticipated product of that activity",
    "how will you measure the impact how will you know it has been achieved",
    "enter the risk unintended consequence associated with the impact",
    "see logic model for suggestions",
    "see supporting information for suggestions",
)
_WHOLE_PROMPTS = (
    *_PRINTED[:4],
    f"{_PRINTED[0]} {_PRINTED[4]}",
    f"{_PRINTED[1]} {_PRINTED[4]}",
    f"{_PRINTED[2]} {_PRINTED[5]}",
)
_TITLES = ("impact realisation plan", "vkpp nvap action impact plan", "this form can be used to identify what impact")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# "Objective 2 was met early" is a sentence: without a mark after the number, the objective begins with a capital.
_NUMBERED = re.compile(
    rf"\s*(?i:objective)\s*(?i:no\.?|number)?\s*(\d{{1,2}}|(?i:{'|'.join(_NUMBERS)}))\b\s*(?:$|[:.)\-–—]\s*|(?=[A-Z]))(.*)",
    re.DOTALL,
)
# What stands beside the words of a heading: its side, a number, a bracket.
_BESIDE = re.compile(r"\b(organi[sz]ational|organi[sz]ation|internal|external|impacts?|side|no|number|\d{1,2})\b")
_ALIKE_PROMPT = 0.9
# A sheet is a plan where it has one of these; a workbook's other sheets, such as its logic model, have none.
_ONLY_IN_A_PLAN = frozenset(
    {"plan.project-lead", "plan.prepared-by", "plan.impact-owner", "plan.next-steps", "plan.risk-mitigation"}
)
_ALIKE = 0.84
_LONGEST_HEADING = 90
_OF_OBJECTIVE = ("plan.impact-owner", "plan.impact-description")
_WITHOUT_SIDES = ("plan.impact-owner",)


@dataclass(frozen=True)
class Passage:
    """A text of the file: where it stands, under which heading, and whose it is.

    `heading` is as the file has it; `field` is the toolkit's id of it, empty where the heading is not known. `activity`
    counts an objective's activities from 1. `side_told` says whether the file names the side, or only the order does.
    `printed` texts are the form's own.
    """

    where: str
    heading: str
    text: str
    field: str = ""
    objective: int = 0
    activity: int = 0
    side: str = ""
    side_told: bool = True
    printed: bool = False


def passages(sheets: Sequence[SheetRead], labels: Headings) -> tuple[Passage, ...]:
    """Every text of the file, in its order. `labels` are the pack's words for each heading, by the toolkit's id."""
    words = _by_words({name: (*several, *_ALSO.get(name, ())) for name, several in labels.items()})
    walked = [_Walk(sheet, words) for sheet in sheets]
    for each in walked:
        each.walk()
    plans = [each for each in walked if each.is_plan] or walked
    return tuple(passage for each in walked for passage in (each.found if each in plans else each.as_it_stands()))


def seems_the_toolkits(found: Sequence[Passage]) -> bool:
    """Whether enough headings were recognised to say that the file is a plan in the toolkit's layout."""
    return len({each.field for each in found if each.field}) >= 3


@dataclass
class _Walk:
    """Goes through one sheet from top to bottom, and remembers under which headings it is."""

    sheet: SheetRead
    words: Mapping[str, str]
    found: list[Passage] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    objective: int = 0
    activity: int = 0
    heading: tuple[str, str] = ("", "")
    external_from: int = 0
    side: str = ""
    unused: CellRead | None = None

    def walk(self) -> None:
        rows: dict[int, list[CellRead]] = {}
        for cell in self.sheet.cells:
            rows.setdefault(cell.row, []).append(cell)
        for cells in rows.values():
            self._row(sorted(cells, key=lambda each: each.column))
        self._keep_unused()

    def _keep_unused(self) -> None:
        """A heading that nobody knows and under which nothing stood is a text itself."""
        if self.unused is not None:
            self.found.append(replace(self._passage(self.unused, self.unused.text), field="", heading=""))
            self.unused = None

    @property
    def is_plan(self) -> bool:
        """Whether the sheet has headings that only a plan has."""
        return bool(self.known & _ONLY_IN_A_PLAN)

    def as_it_stands(self) -> list[Passage]:
        """The sheet's texts under no heading."""
        self.heading = ("", "")
        self.objective = self.activity = 0
        return [self._passage(each, each.text) for each in self.sheet.cells]

    def _row(self, cells: list[CellRead]) -> None:
        numbered = _NUMBERED.match(cells[0].text)
        if numbered and len(cells[0].text) < 400:
            self._objective(_number(numbered[1]), numbered[2], cells)
            return
        if self._is_row_of_sides(cells):
            return
        values: list[tuple[CellRead, str]] = []
        for place, cell in enumerate(cells):
            name, rest = self._heading(cell.text, may_be_alike=place == 0 or self._is_at_the_top())
            if name and (place == 0 or self._is_at_the_top()):
                self._give(values)
                values = [(cell, rest)] if rest else []
                self._begin(name, cell.text.removesuffix(rest).strip().rstrip(":"))
            elif place == 0 and _is_unknown_heading(cells):
                self._keep_unused()
                self.heading, self.side, self.unused = ("", cell.text.strip().rstrip(":")), "", cell
            else:
                values.append((cell, cell.text))
        self._give(values)

    def _is_at_the_top(self) -> bool:
        return not self.objective

    def _objective(self, number: int, rest: str, cells: list[CellRead]) -> None:
        self._keep_unused()
        self.objective, self.activity, self.external_from, self.side = number, 0, 0, ""
        self.heading = (OBJECTIVE, f"Objective {number}")
        told = " ".join(filter(None, (rest, *(each.text for each in cells[1:]))))
        if told:
            self.found.append(self._passage(cells[0], told, printed=True))

    def _begin(self, name: str, as_written: str) -> None:
        if name in _OF_OBJECTIVE and self.activity:
            self.activity = 0
        elif name == ACTIVITY:
            self.activity = 1 + max(
                (each.activity for each in self.found if each.objective == self.objective), default=0
            )
        elif self.objective and name not in _OF_OBJECTIVE and not self.activity:
            self.activity = 1
        self._keep_unused()
        self.heading, self.side = (name, as_written), _side_in(as_written)
        self.known.add(name)

    def _is_row_of_sides(self, cells: list[CellRead]) -> bool:
        """A row that only names the sides: as column heads, or a line alone above the text of one side."""
        told = {cell.column: _side(cell.text) for cell in cells}
        named = {column: side for column, (side, rest) in told.items() if side and not rest}
        others = [each for each in cells if each.column not in named]
        if not named or others[1:] or (others and (others[0].column != 1 or len(named) < len(_SIDES))):
            return False
        for each in others:
            self.found.append(replace(self._passage(each, each.text), field=""))
        if len(cells) == 1:
            if self.heading[0] in ("", OBJECTIVE, *_WITHOUT_SIDES):
                self._begin("plan.impact-description", cells[0].text.strip().rstrip(":"))
            self.side = next(iter(named.values()))
        else:
            self.external_from = next((column for column, side in named.items() if side == "external"), 0)
        return True

    def _heading(self, text: str, *, may_be_alike: bool) -> tuple[str, str]:
        """The heading that a cell is, or begins with before a colon, and the text after it."""
        head, colon, rest = text.partition(":")
        if not colon:
            head, colon, rest = text.partition("?")
        whole = self._known(text, may_be_alike)
        if whole:
            return whole, ""
        name = self._known(head, may_be_alike) if colon else ""
        return (name, rest.strip()) if name else ("", text)

    def _known(self, text: str, may_be_alike: bool) -> str:
        plain = _plain(text)
        if not plain or len(plain) > _LONGEST_HEADING:
            return ""
        if plain in self.words:
            return self.words[plain]
        if not may_be_alike:
            return ""
        bare = " ".join(_BESIDE.sub(" ", plain).split())
        if bare != plain and bare in self.words:
            return self.words[bare]
        close = difflib.get_close_matches(plain, self.words, n=1, cutoff=_ALIKE)
        return self.words[close[0]] if close and len(plain) > 4 else ""

    def _give(self, values: list[tuple[CellRead, str]]) -> None:
        """The texts of one row to the places that its heading and their columns say."""
        told = [(cell, *_side(text)) for cell, text in values]
        named = [cell.column for cell, side, _rest in told if side == "external"]
        if named and self.heading[0]:
            self.external_from = named[0]
        by_side: dict[tuple[str, bool], list[tuple[CellRead, str]]] = {}
        for order, (cell, side, rest) in enumerate(told):
            known = side or self.side or self._side_of(cell.column)
            guessed = known or ("external" if order else "organisational")
            by_side.setdefault((guessed, bool(known)), []).append((cell, rest))
        for (side, is_told), parts in by_side.items():
            self._add(parts[0][0], " ".join(text for _cell, text in parts), side, is_told)

    def _side_of(self, column: int) -> str:
        if not self.external_from or column == 1:
            return ""
        return "external" if column >= self.external_from else "organisational"

    def _add(self, cell: CellRead, text: str, side: str, side_told: bool) -> None:
        own = "" if _is_printed(text) else _without_prompts(text)
        printed = text.strip().removesuffix(own).strip()
        if printed:
            self.found.append(self._passage(cell, printed, printed=True))
        if not own:
            return
        self.unused = None
        passage = self._passage(cell, own)
        if self.objective and passage.field and passage.field not in _WITHOUT_SIDES:
            passage = replace(passage, side=side, side_told=side_told)
        last = self.found[-1] if self.found else None
        if last and passage.field and _goes_on(last, passage):
            self.found[-1] = replace(last, text=f"{last.text}\n{passage.text}")
        else:
            self.found.append(passage)

    def _passage(self, cell: CellRead, text: str, *, printed: bool = False) -> Passage:
        name, heading = self.heading
        where = f"{self.sheet.name} {cell.name}" if self.sheet.name != "Document" else f"line {cell.row}"
        activity = self.activity if name not in (*_OF_OBJECTIVE, OBJECTIVE) else 0
        return Passage(where, heading, text.strip(), name, self.objective, activity, printed=printed)


def _is_unknown_heading(cells: Sequence[CellRead]) -> bool:
    """A first cell with texts beside it, or a short line that ends in a colon: a heading that nobody knows."""
    first = cells[0].text.strip()
    if len(first) > _LONGEST_HEADING or cells[0].column != 1:
        return False
    return len(cells) > 1 or first.endswith(":")


def _goes_on(last: Passage, passage: Passage) -> bool:
    """Whether a text is the next line or the spilt rest of the one before."""
    return replace(last, text="", where="") == replace(passage, text="", where="")


def _by_words(known: Headings) -> dict[str, str]:
    return {_plain(words): name for name, several in known.items() for words in several}


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())


def _number(told: str) -> int:
    return int(told) if told.isdigit() else 1 + _NUMBERS.index(told.casefold())


def _side_in(heading: str) -> str:
    """The side that a heading names beside its own words, such as "Output (external)"."""
    words = set(_plain(heading).split())
    named = [side for side, several in _SIDES.items() if words & {_plain(each) for each in several}]
    return named[0] if len(named) == 1 else ""


def _side(text: str) -> tuple[str, str]:
    """The side that a text says it is about, at its beginning, and the rest."""
    head, colon, rest = text.partition(":")
    for side, several in _SIDES.items():
        if _plain(text) in map(_plain, several):
            return side, ""
        if colon and re.sub(r" long term$", "", _plain(head)) in map(_plain, several):
            return side, rest.strip()
    return "", text


def _without_prompts(text: str) -> str:
    """What somebody wrote, without the form's prompt before it."""
    own = text.strip()
    for prompt in _PRINTED:
        pattern = r"\W*" + r"\W+".join(map(re.escape, prompt.split())) + r"[\s?.!)]*"
        own = re.sub(r"\A" + pattern, "", own, count=1, flags=re.I)
    return own.strip()


def _is_printed(text: str) -> bool:
    """Whether a text is the form's own as a whole: a title, an example, or its prompts as far as they survived."""
    plain = _plain(text)
    if (
        any(plain.startswith(each) for each in _TITLES)
        or re.match(r"action \d \d \d\b", plain)
        or re.match(r"\s*example\s*:", text, re.I)
    ):
        return True
    return bool(difflib.get_close_matches(plain, _WHOLE_PROMPTS, n=1, cutoff=_ALIKE_PROMPT))
