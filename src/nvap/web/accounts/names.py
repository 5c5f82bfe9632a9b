"""People as pages and pictures name them: what leaves with a picture holds no e-mail address."""

from __future__ import annotations

import re
from typing import Final

_ADDRESS: Final = re.compile(r"\s*\([^()\s]+@[^()\s]+\)$")


def name_alone(written: object) -> str:
    """The name in how somebody is written down (`Name (name@force.example)`) without the address."""
    return _ADDRESS.sub("", str(written))
