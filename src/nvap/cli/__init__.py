"""The command line: each room's commands in a file of its own; nothing is computed here."""

from __future__ import annotations

import importlib
import sys

import typer

from nvap.cli.window import print_fault
from nvap.errors import NvapError

# A module here offers `register(app)`; the order is the order of `nvap --help`.
_COMMANDS = (
    "run",
    "workspace",
    "packs",
    "records",
    "measures",
    "derived",
    "results",
    "picture",
    "profile",
    "made_up",
    "people",
    "plans",
    "messages",
)


def app() -> typer.Typer:
    """The whole command line, assembled from the rooms' commands."""
    whole = typer.Typer(
        name="nvap",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="The NVAP Action Impact Toolkit: plan, measure, and say honestly what changed.",
    )
    for name in _COMMANDS:
        importlib.import_module(f"nvap.cli.{name}").register(whole)
    return whole


def main() -> None:
    """Run the command line; a fault that the user can mend ends with its message and exit code, without a traceback."""
    try:
        app()()
    except NvapError as error:
        print_fault(str(error))
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        print("Stopped; nothing half-done was kept.", file=sys.stderr)
        raise SystemExit(130) from None
