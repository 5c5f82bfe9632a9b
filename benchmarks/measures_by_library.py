"""All incident measures as a program of one's own would ask for them: `import nvap`, run, write.

python -m benchmarks.measures_by_library WORKSPACE OUT MEASURE...
"""

from __future__ import annotations

import sys
from pathlib import Path

from nvap.measures.export import write_parquet
from nvap.measures.run import run
from nvap.records.workspace import open_workspace

workspace = open_workspace(Path(sys.argv[1]))
write_parquet(Path(sys.argv[2]), run(workspace, workspace.force(), sys.argv[3:], by="month,area"))
