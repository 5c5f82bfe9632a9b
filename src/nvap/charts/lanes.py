"""The lines through one gutter between two columns: bundled, each bundle with a lane of its own.

Lines from one box share a trunk (or lines to one box, where that makes fewer trunks). The lanes are ordered so that few
lines cross and none lies upon another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# A line that lies upon another can be misread; a crossing cannot.
_OVERLAP = 100
_NEAR = 4.0
# A step lower than this looks like a slip of the pen.
_STEP = 11.0


@dataclass(frozen=True)
class Line:
    """One line through a gutter; `back` marks one that turns round to a box on its own side."""

    source: str
    target: str
    back: bool = False


@dataclass(frozen=True)
class Span:
    """A box's edge at a gutter: its middle and how much of it lines may use."""

    middle: float
    length: float


@dataclass(frozen=True)
class Routed:
    """A line with the heights at which it leaves and arrives and the lane (from 0, leftmost) of its trunk, if any."""

    line: Line
    leaves: float
    arrives: float
    lane: int | None


@dataclass
class _Bundle:
    lines: list[Line]
    left: list[float]
    right: list[float]

    @property
    def low(self) -> float:
        return min(self.left + self.right)

    @property
    def high(self) -> float:
        return max(self.left + self.right)

    @property
    def straight(self) -> bool:
        return not self.right_turns and self.high - self.low < 0.5

    @property
    def right_turns(self) -> bool:
        return any(line.back for line in self.lines)


def route(lines: Sequence[Line], left: Mapping[str, Span], right: Mapping[str, Span]) -> tuple[list[Routed], int]:
    """The lines with their heights and lanes, and how many lanes there are.

    Args:
        lines: from boxes on the left to boxes on the right, or back to boxes on the left.
        left: the right edges of the boxes left of the gutter.
        right: the left edges of the boxes right of it.
    """
    bundles = _bundled(lines)
    ports = _ports(bundles, left, right)
    nets = []
    for at, bundle in enumerate(bundles):
        leaves = [ports[at, "left", line.source] for line in bundle]
        turned = [ports[at, "left", line.target] for line in bundle if line.back]
        arrives = [ports[at, "right", line.target] for line in bundle if not line.back]
        nets.append(_Bundle(bundle, leaves + turned, arrives))
    lanes = _lanes(nets)
    routed = [
        Routed(
            line,
            leaves=ports[at, "left", line.source],
            arrives=ports[at, "left" if line.back else "right", line.target],
            lane=lanes.get(at),
        )
        for at, net in enumerate(nets)
        for line in net.lines
    ]
    return routed, len(set(lanes.values()))


def _bundled(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines by the box they leave or by the box they reach, whichever makes fewer bundles."""
    by_source, by_target = defaultdict(list), defaultdict(list)
    for line in lines:
        by_source[line.source].append(line)
        by_target[line.target, line.back].append(line)
    return list(by_source.values()) if len(by_source) <= len(by_target) else list(by_target.values())


def _ports(
    bundles: Sequence[Sequence[Line]], left: Mapping[str, Span], right: Mapping[str, Span]
) -> dict[tuple[int, str, str], float]:
    """Where each bundle touches each box: spread along its edge in the order in which the other ends stand."""
    touching: dict[tuple[str, str], dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for at, bundle in enumerate(bundles):
        for line in bundle:
            arriving = left if line.back else right
            there, here = arriving[line.target].middle, left[line.source].middle
            touching["left", line.source][at].append(there)
            touching["left" if line.back else "right", line.target][at].append(here)
    ports = {}
    for (side, id_), ends in touching.items():
        span = (left if side == "left" else right)[id_]
        in_order = sorted(ends, key=lambda at: (sum(ends[at]) / len(ends[at]), at))
        step = min(14.0, span.length / len(in_order))
        for place, at in enumerate(in_order):
            ports[at, side, id_] = span.middle + (place - (len(in_order) - 1) / 2) * step
    alone = {ends for ends, by_bundle in touching.items() if len(by_bundle) == 1}
    for at, bundle in enumerate(bundles):
        _straighten(at, bundle, ports, alone)
    return ports


def _straighten(
    at: int, bundle: Sequence[Line], ports: dict[tuple[int, str, str], float], alone: set[tuple[str, str]]
) -> None:
    """Moves a box's only port to take away a step too small to be meant, once for each bundle's shared end."""
    for line in bundle:
        leaves, arrives = (at, "left", line.source), (at, "right", line.target)
        if line.back or not 0 < abs(ports[leaves] - ports[arrives]) < _STEP:
            continue
        if arrives[1:] in alone and (len(bundle) == 1 or bundle[0].source == bundle[-1].source):
            ports[arrives] = ports[leaves]
        elif leaves[1:] in alone and (len(bundle) == 1 or bundle[0].target == bundle[-1].target):
            ports[leaves] = ports[arrives]


def _lanes(nets: Sequence[_Bundle]) -> dict[int, int]:
    """A lane for each bundle that is not one straight line; bundles that do not meet may share a lane."""
    order = [at for at, net in enumerate(nets) if not net.straight]
    order.sort(key=lambda at: (nets[at].low + nets[at].high, at))
    cost = {(a, b): _cost(nets[a], nets[b]) for a in order for b in order if a != b}
    better = True
    while better:
        better = False
        for start in range(len(order)):
            for to in range(len(order)):
                moved = order[:start] + order[start + 1 :]
                moved.insert(to, order[start])
                if _total(moved, cost) < _total(order, cost):
                    order, better = moved, True
    return _packed(order, nets)


def _packed(order: Sequence[int], nets: Sequence[_Bundle]) -> dict[int, int]:
    """Each bundle in the leftmost lane that keeps it right of those before it that it meets."""
    lanes: dict[int, int] = {}
    for at in order:
        net = nets[at]
        met = [
            lanes[other]
            for other in lanes
            if nets[other].low - 2 * _NEAR < net.high and net.low < nets[other].high + 2 * _NEAR
        ]
        lanes[at] = max(met, default=-1) + 1
    return lanes


def _cost(first: _Bundle, second: _Bundle) -> int:
    """What it costs to stand `first` left of `second`: crossings, and lines that would lie upon each other."""
    crossing = sum(second.low < port < second.high for port in first.right)
    crossing += sum(first.low < port < first.high for port in second.left)
    upon = sum(abs(ours - theirs) < _NEAR for ours in first.right for theirs in second.left)
    return crossing + _OVERLAP * upon


def _total(order: Sequence[int], cost: Mapping[tuple[int, int], int]) -> int:
    return sum(cost[order[a], order[b]] for a in range(len(order)) for b in range(a + 1, len(order)))
