"""Ways to a force: open one that is there, make one, or make the files of the made-up one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nvap.errors import UsageFault
from nvap.notebook.force import Force
from nvap.packs import DEFAULT
from nvap.records import made_up as made_up_force
from nvap.records import workspace as workspaces
from nvap.records.made_up import MadeUp


def open_force(workspace: str | Path | None = None, *, force: str | None = None, pack: str = DEFAULT) -> Force:
    """Open a force that a workspace holds.

    Args:
        workspace: the workspace's folder; None takes `NVAP_WORKSPACE`, or `workspace` in the current folder.
        force: the force's code, such as `madeup`; may be left out where the workspace holds one force.
        pack: the id of the installed toolkit pack whose measures are meant.

    Returns:
        The force, ready to load, check, measure and chart.

    Raises:
        UsageFault: where there is no such workspace or force; the message names those there are.
    """
    opened = workspaces.open_workspace(_path(workspace))
    codes = [each.code for each in opened.forces()]
    if force is None and len(codes) != 1:
        there = f"the workspace {opened.path} holds {len(codes)}: {', '.join(codes)}" if codes else "there is none yet"
        raise UsageFault(f'Say which force is meant, as in nvap.open(…, force="{(codes or ["kent"])[0]}"); {there}.')
    return Force(opened, opened.force(force), pack)


def make(
    workspace: str | Path,
    *,
    force: str,
    name: str,
    kind: workspaces.Kind,
    time_zone: str = "Europe/London",
    pack: str = DEFAULT,
) -> Force:
    """Make a workspace where there is none, and a force in it; asked again with the same facts, open them.

    Args:
        workspace: the workspace's folder.
        force: the force's code: 2 to 31 of a-z, 0-9 and `-`, starting with a letter. It names a folder.
        name: the force's name in words.
        kind: `practice` for made-up and published data, `real` for a force's own extracts; fixed for good.
        time_zone: the IANA time zone of the force's local times.
        pack: the id of the installed toolkit pack whose measures are meant.

    Returns:
        The force, ready to load, check, measure and chart.

    Raises:
        UsageFault: for a code, kind or time zone that is not allowed, or a code that another force has.
        Refused: where the workspace is there and of the other kind.
    """
    if kind not in ("practice", "real"):
        raise UsageFault(f"kind is `practice` or `real`; found `{kind}`.")
    made = workspaces.make_workspace(_path(workspace), kind=kind)
    return Force(made, made.add_force(force, name, time_zone), pack)


def made_up(
    folder: str | Path = "made-up",
    *,
    size: str = "small",
    seed: int = made_up_force.DEFAULT_SEED,
    end: str = made_up_force.DEFAULT_END,
    progress: Callable[[str], None] = lambda line: None,
) -> MadeUp:
    """Make the files of the made-up force, as `nvap demo --no-load` does, or find those that are there already.

    Args:
        folder: where the files go.
        size: `small` (20,000 logs a year) or `force` (300,000).
        seed: the same seed gives the same files, byte for byte.
        end: the last of its sixty months, as 2026-09.
        progress: what to do with each line of progress, such as `print`.

    Returns:
        What was made: `.files`, each with `.path`, `.mapping` and `.as_at`, in the order in which to load them, and
        `.truth`, what truly happened. Nothing in it is real.

    Raises:
        UsageFault: for a size, seed or month that is not allowed.
        Refused: where the folder holds something else.
    """
    where = Path(folder).absolute()
    held = made_up_force.made_in(where)
    if held is not None and held.origin == made_up_force.shape_of(size, seed, end).origin:
        return held
    return made_up_force.make(where, size=size, seed=seed, end=end, progress=progress)


def _path(workspace: str | Path | None) -> Path | None:
    return None if workspace is None else Path(workspace).expanduser().absolute()
