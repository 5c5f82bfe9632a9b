"""The NVAP Action Impact Toolkit as software.

    import nvap

    force = nvap.open("workspace", force="madeup")
    force.measure("D02", by="quarter")
    force.chart("D02").save("d02.png")

docs/notebook.md is the tutorial. What is named here is loaded when it is first asked for, so that `import nvap` is
quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nvap.notebook import (
        Force,
        made_up,
        make,
    )
    from nvap.notebook import open_force as open  # noqa: A004 - `nvap.open` reads as what it does

__version__ = "0.1.0"
__all__ = ["Force", "__version__", "made_up", "make", "open"]

_IN_THE_LIBRARY = {"Force": "Force", "made_up": "made_up", "make": "make", "open": "open_force"}


def __getattr__(name: str) -> Any:
    """The library's part of this name, from `nvap.notebook`."""
    if name not in _IN_THE_LIBRARY:
        raise AttributeError(f"nvap has no `{name}`; it offers {', '.join(sorted(_IN_THE_LIBRARY))}.")
    return getattr(importlib.import_module("nvap.notebook"), _IN_THE_LIBRARY[name])


def __dir__() -> list[str]:
    """What the library offers, for completion."""
    return sorted({*globals(), *_IN_THE_LIBRARY})
