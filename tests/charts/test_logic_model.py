"""The logic model's drawing: what it says to every reader, and that nothing lies upon anything else."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nvap.charts.lanes import Line, Span, route
from nvap.charts.layers import crossings, heights, ordered
from nvap.charts.logic_model import Box, Edge, LogicModelDrawing, draw
from nvap.charts.place import spread
from nvap.charts.text import width
from nvap.errors import UsageFault

SVG = "{http://www.w3.org/2000/svg}"
COLUMNS = ("Activities", "Outputs", "Short and medium impacts", "Long-term impacts")


def box(id_: str, column: int, text: str = "Guidance on flags stands where staff type", **changed: Any) -> Box:
    return Box(id_, column, id_, text, "Reconstructed", f"/toolkit/{id_}", **changed)


def model(**changed: Any) -> LogicModelDrawing:
    """As large as an objective of the toolkit: 4 activities, 10 outputs, 9 impacts, 2 long-term impacts."""
    boxes = [box(f"A{n}", 0, "Train each role, regularly, so that need is seen " * (1 + n % 2)) for n in range(4)]
    boxes += [box(f"out{n}", 1, "A register shows who is in date " * (1 + n % 3)) for n in range(10)]
    boxes += [box(f"imp{n}", 2, "People get the right response " * (1 + n % 2), title="Right") for n in range(9)]
    boxes += [box("LT-org", 3, "A force that knows its demand"), box("LT-ext", 3, "Needs are seen and met")]
    edges = [Edge(f"A{n % 4}", f"out{n}") for n in range(10)]
    edges += [Edge(f"out{n}", f"imp{(n * 7) % 9}") for n in range(10)] + [Edge("out2", "imp8"), Edge("out5", "imp0")]
    edges += [Edge(f"imp{n}", "LT-org" if n % 2 else "LT-ext") for n in range(9)] + [Edge("imp4", "LT-org")]
    settings_: dict[str, Any] = {
        "id": "logic-o1",
        "title": "Logic model, objective 1: understanding demand",
        "columns": COLUMNS,
        "boxes": tuple(boxes),
        "edges": tuple(edges),
        "consequences": (box("X1", 0, "The demand that is counted may at first go up", title="Demand seems to rise"),),
        "notes": ("Toolkit edition 1.0.0",),
    }
    return LogicModelDrawing(**(settings_ | changed))


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def frames(root: ET.Element) -> list[tuple[float, float, float, float]]:
    """The boxes' rectangles as (left, top, right, bottom)."""
    return [
        (float(r.get("x", 0)), float(r.get("y", 0)), float(r.get("x", 0)) + float(r.get("width", 0)),
         float(r.get("y", 0)) + float(r.get("height", 0)))
        for r in root.iter(f"{SVG}rect")
        if r.get("class") == "hollow"
    ]  # fmt: skip


def segments(root: ET.Element) -> list[list[tuple[float, float]]]:
    """Each line as the corners that it passes; a bend counts as its corner."""
    lines = []
    for path in root.iter(f"{SVG}path"):
        points: list[tuple[float, float]] = []
        for command, numbers in re.findall(r"([MLHVQ])([^MLHVQ]*)", path.get("d", "")):
            values = [float(number) for number in numbers.split()]
            if command in "ML":
                points.append((values[0], values[1]))
            elif command == "H":
                points.append((values[0], points[-1][1]))
            elif command == "V":
                points.append((points[-1][0], values[0]))
            else:
                points += [(values[0], values[1]), (values[2], values[3])]
        lines.append(points)
    return lines


def test_every_box_is_a_link_whose_name_holds_what_is_seen_and_where_it_leads() -> None:
    root = parsed(draw(model()))

    links = list(root.iter(f"{SVG}a"))
    names = {link.get("href"): link.get("aria-label") or "" for link in links}

    assert len(links) == 26
    assert names["/toolkit/A3"].startswith("A3 Reconstructed Train each role")
    assert "Leads to: out3" in names["/toolkit/A3"]
    for link in links:
        seen = " ".join("".join(text.itertext()) for text in link.iter(f"{SVG}text")).split()
        assert " ".join(link.get("aria-label", "").split()).startswith(" ".join(seen))


def test_the_columns_are_lists_named_as_their_heads() -> None:
    root = parsed(draw(model()))

    lists = {g.get("aria-label"): len(list(g)) for g in root.iter(f"{SVG}g") if g.get("role") == "list"}

    assert lists == {
        "Activities": 4,
        "Outputs": 10,
        "Short and medium impacts": 9,
        "Long-term impacts": 2,
        "Unintended consequences to watch for": 1,
    }


def test_the_drawing_is_named_and_described() -> None:
    root = parsed(draw(model()))

    assert root.get("role") == "group"
    assert root.get("aria-labelledby") == "logic-o1-title"
    assert root.find(f"{SVG}title").text == "Logic model, objective 1: understanding demand"  # type: ignore[union-attr]
    assert "25 boxes in 4 columns" in root.find(f"{SVG}desc").text  # type: ignore[union-attr, operator]


@pytest.mark.parametrize("proportion", [None, 1.414])
def test_no_box_lies_upon_another_and_all_are_on_the_paper(proportion: float | None) -> None:
    root = parsed(draw(model(), proportion=proportion))
    _, _, across, down = (float(number) for number in root.get("viewBox", "").split())

    for one, other in combinations(frames(root), 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    assert all(f[0] >= 0 and f[1] >= 0 and f[2] <= across and f[3] <= down for f in frames(root))


def lines_through_boxes(root: ET.Element) -> list[tuple[float, float, float, float]]:
    return [
        (x1, y1, x2, y2)
        for points in segments(root)
        for (x1, y1), (x2, y2) in pairwise(points)
        for left, top, right, bottom in frames(root)
        if min(x1, x2) < right - 1 and max(x1, x2) > left + 1 and min(y1, y2) < bottom - 1 and max(y1, y2) > top + 1
    ]


def test_no_line_runs_through_a_box() -> None:
    assert lines_through_boxes(parsed(draw(model()))) == []
    assert lines_through_boxes(parsed(draw(model(), proportion=1.414))) == []


def test_all_words_fit_into_their_box() -> None:
    root = parsed(draw(model()))

    for link in root.iter(f"{SVG}a"):
        frame = next(r for r in link.iter(f"{SVG}rect") if r.get("class") == "hollow")
        left, top = float(frame.get("x", 0)), float(frame.get("y", 0))
        right, bottom = left + float(frame.get("width", 0)), top + float(frame.get("height", 0))
        for words in link.iter(f"{SVG}text"):
            size = float(words.get("font-size", 14))
            long = width((words.text or "").strip(), size, bold=words.get("font-weight") == "bold")
            x = float(words.get("x", 0)) - (long if words.get("text-anchor") == "end" else 0)
            assert left < x
            assert x + long <= right
            assert top < float(words.get("y", 0)) < bottom


def test_the_same_model_is_the_same_drawing() -> None:
    assert draw(model(), proportion=1.414) == draw(model(), proportion=1.414)


def test_an_arrow_may_run_past_a_column_and_within_one() -> None:
    boxes = (box("A", 0), box("O1", 1), box("O2", 1), box("I", 2), box("I2", 2))
    drawn = model(
        columns=COLUMNS[:3],
        boxes=boxes,
        edges=(Edge("A", "I"), Edge("A", "O1"), Edge("O1", "I"), Edge("O1", "O2"), Edge("I", "I2")),
        consequences=(),
    )

    root = parsed(draw(drawn))

    heads = [p for p in root.iter(f"{SVG}polygon") if p.get("class") == "mark"]
    assert len(heads) == 5
    assert lines_through_boxes(root) == []


def test_a_file_of_its_own_has_paper_style_and_no_links_into_the_site() -> None:
    root = parsed(draw(model(), standalone=True))

    assert not list(root.iter(f"{SVG}a"))
    assert root.find(f"{SVG}style") is not None
    assert root.get("width") == root.get("viewBox", "").split()[2]


def test_a_drawing_in_a_page_has_no_styles_that_a_security_policy_would_refuse() -> None:
    svg = draw(model())

    assert "<style" not in svg
    assert " style=" not in svg


def test_a_sheet_lying_down_gets_wider_boxes() -> None:
    def shape(svg: str) -> float:
        _, _, across, down = (float(n) for n in parsed(svg).get("viewBox", "").split())
        return across / down

    plain, wide = shape(draw(model())), shape(draw(model(), proportion=1.414))

    assert abs(wide - 1.414) <= abs(plain - 1.414)


def test_words_are_escaped_and_welsh_letters_measured() -> None:
    drawn = model(boxes=(box("A<1>", 0, "Dŵr & tŷ \x00 <script>alert(1)</script>"),), edges=(), consequences=())

    svg = draw(drawn)

    assert "<script>" not in svg
    assert "Dŵr &amp; tŷ" in svg
    parsed(svg)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"edges": (Edge("A0", "imp99"),)}, "an arrow names imp99, no box"),
        ({"edges": (Edge("imp1", "out1"),)}, "leads back"),
        ({"edges": (Edge("A0", "A0"),)}, "leads back"),
        ({"boxes": (box("A0", 4),), "edges": ()}, "stands in column 4; there are 4"),
        ({"boxes": (box("A0", 0), box("A0", 1)), "edges": ()}, "A0 stands twice"),
        ({"title": " "}, "a title is needed"),
        ({"id": "no spaces"}, "found id 'no spaces'"),
    ],
)
def test_a_model_that_cannot_be_drawn_is_refused_at_birth(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageFault, match=re.escape(says)):
        model(**changed)


def test_a_model_without_boxes_draws_its_heads() -> None:
    root = parsed(draw(model(boxes=(), edges=(), consequences=(), notes=())))

    assert "Activities" in "".join(root.itertext())


def test_things_are_placed_as_near_as_they_fit() -> None:
    assert spread([10, 10], [4, 4], 2) == [7, 13]
    assert spread([0, 100], [4, 4], 2) == [0, 100]
    assert spread([0, 1], [4, 4], 2, low=10) == [12, 18]
    assert spread([], [], 2) == []


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 20)), min_size=1, max_size=12), st.floats(0, 5))
def test_placed_things_never_touch_and_keep_their_order(things: list[tuple[float, float]], gap: float) -> None:
    centres = spread([centre for centre, _ in things], [size for _, size in things], gap)

    for (one, (_, above)), (other, (_, below)) in pairwise(zip(centres, things, strict=True)):
        assert other - one >= (above + below) / 2 + gap - 1e-6


def test_two_crossing_lines_are_uncrossed() -> None:
    columns = [["a", "b"], ["c", "d"]]
    pairs = [("a", "d"), ("b", "c")]

    assert crossings(columns, pairs) == 1
    assert ordered(columns, pairs) == [["a", "b"], ["d", "c"]]
    assert ordered([["a", "b"], ["d", "c"]], [("a", "c"), ("a", "d")]) == [["a", "b"], ["d", "c"]]


def test_joined_boxes_stand_level_where_there_is_room() -> None:
    middles, bottom = heights([["a"], ["b", "c", "d"]], dict.fromkeys("abcd", 10.0), [("a", "d")], gap=5, top=0)

    assert bottom == 40
    assert middles["a"] == middles["d"] == 35


lines_between = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=14, unique=True)


@settings(max_examples=60)
@given(lines_between)
def test_no_line_of_one_bundle_lies_upon_a_line_of_another(pairs: list[tuple[int, int]]) -> None:
    left = {f"l{n}": Span(n * 80.0, 50) for n in range(6)}
    right = {f"r{n}": Span(n * 80.0 + 37, 50) for n in range(6)}

    routed, lanes = route([Line(f"l{a}", f"r{b}") for a, b in pairs], left, right)

    assert len(routed) == len(pairs)
    assert all(one.lane is None or 0 <= one.lane < lanes for one in routed)
    trunks = [one for one in routed if one.lane is not None]
    for one, other in combinations(trunks, 2):
        shared = one.leaves == other.leaves or one.arrives == other.arrives
        apart = max(one.leaves, one.arrives) < min(other.leaves, other.arrives) or max(
            other.leaves, other.arrives
        ) < min(one.leaves, one.arrives)
        assert shared or apart or one.lane != other.lane
