"""The library for notebooks and other programs: open a force, then load, check, measure and chart in a few lines.

It stands above the rooms and computes nothing: every number comes from the rooms that the command line uses, with the
same words. It is free of Django, so a load gets its line in the journal when the web or the command line next looks.
"""

from __future__ import annotations

from nvap.notebook.chart import Chart
from nvap.notebook.force import Force
from nvap.notebook.loading import Checked, Loaded, Loads
from nvap.notebook.measured import Measured
from nvap.notebook.opening import made_up, make, open_force
from nvap.notebook.published import Published
from nvap.notebook.ready import Ready

__all__ = [
    "Chart", "Checked", "Force", "Loaded", "Loads", "Measured", "Published", "Ready", "made_up", "make", "open_force",
]  # fmt: skip
