"""`python -m nvap`: the command line, where the `nvap` program is not on the PATH."""

from __future__ import annotations

from nvap.cli import main

if __name__ == "__main__":
    main()
