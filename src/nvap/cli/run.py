"""`nvap run`, `serve`, `worker` and `migrate`: the web and the worker."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from nvap.errors import UsageFault
from nvap.records import workspace as workspaces

if TYPE_CHECKING:
    from nvap.records.workspace import Workspace

Host = Annotated[str, typer.Option(help="Address to listen on; 127.0.0.1 is this machine only.")]
Port = Annotated[int, typer.Option(min=1, max=65535)]
_BY = "nvap run"
# Stands while the made-up force is being loaded: if that is interrupted, the next run finishes it.
_FILLING = ".filling"


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    for command in (run, serve, worker, migrate):
        app.command()(command)


def run(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Start everything: prepare the workspace, load the made-up force if it is empty, start the web and the worker."""
    workspace = workspaces.make_workspace(kind=_kind())
    from nvap.web import start

    start.configure()
    from nvap.web import migration, serving, working

    serving.refuse_unless_built()
    serving.refuse_when_taken(host, port)
    serving.end_on_sigterm()
    migration.prepare(by=_BY, progress=_say)
    try:
        if workspace.is_practice:
            _fill(workspace)
        _note_loads(workspace)
        beside = working.WorkerBeside(_say)
        try:
            serving.serve(host, port, ready=lambda: _welcome(workspace, host, port))
        finally:
            _say("Stopping …")
            beside.stop()
    except KeyboardInterrupt:
        pass
    _say("Stopped.")


def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Start the web alone, on a workspace that is ready."""
    workspace = workspaces.open_workspace()
    from nvap.web import start

    start.configure()
    from nvap.web import migration, serving

    serving.refuse_unless_built()
    migration.refuse_when_pending()
    serving.refuse_when_taken(host, port)
    if not workspace.is_practice and not os.environ.get("NVAP_TRUSTED_PROXY"):
        _say("A real workspace is served over HTTPS only: put a proxy in front and name it in NVAP_TRUSTED_PROXY.")
    try:
        serving.serve(host, port, ready=lambda: _say(f"Serving on http://{host}:{port}. Ctrl-C stops it."))
    except KeyboardInterrupt:
        _say("Stopped.")


def worker(attached: Annotated[bool, typer.Option("--attached", hidden=True)] = False) -> None:
    """Start the worker alone: it computes what pages and loads ask for."""
    workspaces.open_workspace()
    from nvap.web import start

    start.configure()
    from nvap.web import migration, working

    migration.refuse_when_pending()
    working.work(attached=attached)


def migrate() -> None:
    """Bring the database up to this version, with a copy of it first."""
    workspaces.open_workspace()
    from nvap.web import start

    start.configure()
    from nvap.web import migration

    migration.prepare(by="nvap migrate", progress=_say)
    _say("The database is up to date.")


def _kind() -> workspaces.Kind:
    """What is there already stays what it is; a new workspace made by `nvap run` is a practice one."""
    try:
        return workspaces.open_workspace().kind
    except UsageFault:
        return "practice"


def _fill(workspace: Workspace) -> None:
    """Load the small made-up force into a workspace that is empty, or whose filling was interrupted."""
    filling = workspace.path / _FILLING
    if workspace.forces() and not filling.exists():
        return
    from nvap.cli import made_up
    from nvap.web import migration

    filling.touch()
    _say("The workspace is empty: loading the small made-up force (once; about two minutes) …")
    made_up.fill(workspace, size="small", progress=_say)
    migration.prepare(by=_BY, progress=_say)  # the force that is new stands in the database too
    filling.unlink()


def _note_loads(workspace: Workspace) -> None:
    """Give every batch its line in the journal, and have the worker compute what follows from it."""
    from nvap.web import loading

    for force in workspace.forces():
        loading.note(force=force, by=_BY)


def _welcome(workspace: Workspace, host: str, port: int) -> None:
    _say(f"\nOpen http://{host}:{port} in a browser. Ctrl-C stops everything.")
    if not workspace.is_practice:
        _say("This is a real workspace. Add people with `nvap user add`.")
        return
    from nvap.web.accounts import demonstration
    from nvap.web.accounts.models import Force

    _say("Practice workspace: made-up data only. Sign in as one of:")
    for force in Force.objects.all():
        for each in demonstration.sign_ins(workspace=workspace, force=force, by=_BY):
            _say(f"  {each.role:20} {each.email:44} password: {each.password}")


def _say(text: str) -> None:
    print(text, flush=True)
