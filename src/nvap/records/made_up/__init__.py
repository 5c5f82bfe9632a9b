"""The made-up force: files as a force would extract them, with real-world dirt and a known hidden truth.

    made = make(Path("made-up"), size="small", seed=212)
    made.files[0].path, made.files[0].mapping, made.files[0].as_at
    made.truth["counts"]

It is never to be presented as real: its name, its files, its mappings and its batches say that it is made up.
"""

from __future__ import annotations

from nvap.records.made_up.files import MadeUpFile
from nvap.records.made_up.make import MadeUp, made_in, make
from nvap.records.made_up.shape import (
    DEFAULT_END,
    DEFAULT_SEED,
    FORCE_CODE,
    FORCE_NAME,
    SIZES,
    TIME_ZONE,
    Shape,
    shape_of,
)

__all__ = [
    "DEFAULT_END", "DEFAULT_SEED", "FORCE_CODE", "FORCE_NAME", "SIZES", "TIME_ZONE", "MadeUp", "MadeUpFile", "Shape",
    "made_in", "make", "shape_of",
]  # fmt: skip
