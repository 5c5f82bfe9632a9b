"""The plan's measures as others may see them: tables, sentences and charts that hold no count of 1 to 9."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nvap.documents.board_pack import Measure
from nvap.packs import Pack
from nvap.plan.document import Document


def measures_of(pack: Pack, document: Document, measured: Sequence[Mapping[str, Any]]) -> tuple[Measure, ...]:
    """Each measure of the plan, in its order."""
    return ()
