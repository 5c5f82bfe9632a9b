"""Whatever is taken out of a pack, the answer is a pack or its faults, never a traceback."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nvap.errors import InputFault
from nvap.packs.model import Pack

if TYPE_CHECKING:
    from tests.packs.conftest import Copy

_FILES = ("pack.yaml", "objectives/o1.yaml", "evidence.yaml", "plan.yaml", "challenges.yaml", "peel/tiny.yaml")
_FAULT = re.compile(r".*\.yaml:\d+: \S.*")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    file=st.sampled_from(_FILES),
    position=st.integers(0, 200),
    mangle=st.sampled_from(["drop", "empty", "list", "twice"]),
)
def test_a_spoilt_line_gives_faults_with_a_place_or_a_whole_pack(
    another: Callable[[str], Copy], file: str, position: int, mangle: str
) -> None:
    copy = another(str(uuid.uuid4()))
    path = copy.folder / file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = position % len(lines)
    key = lines[at].partition(":")[0]
    lines[at] = {"drop": "", "empty": f"{key}:\n", "list": f"{key}: [a, [b]]\n", "twice": lines[at] * 2}[mangle]
    path.write_text("".join(lines), encoding="utf-8")

    found = made_or_faults(copy)

    assert isinstance(found, Pack) or found
    assert isinstance(found, Pack) or all(_FAULT.fullmatch(each) for each in found), found


def made_or_faults(copy: Copy) -> Pack | tuple[str, ...]:
    try:
        return copy.read()
    except InputFault as fault:
        return fault.faults
