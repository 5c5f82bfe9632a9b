"""`nvap plan`: a force's plan shown, taken out as a file, and brought in from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nvap.cli.people import ForceOption, operator, ready
from nvap.cli.plan_print import print_plan
from nvap.cli.window import print_wrapped
from nvap.errors import InputFault, Refused, UsageFault, nearest
from nvap.records import workspace as workspaces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nvap.packs import Pack
    from nvap.plan.document import Document
    from nvap.web.accounts.models import User
    from nvap.web.plans.actions.saving import NewThing, Typed
    from nvap.web.plans.models import Plan

_Out = Annotated[Path | None, typer.Option(help="Write to this file.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    plan = typer.Typer(no_args_is_help=True, help="A force's plan: show it, take it out as a file, bring one in.")
    plan.command("show")(show)
    plan.command("workbook")(workbook)
    plan.command("json")(as_json)
    plan.command("import")(bring)
    plan.command("print")(print_plan)
    app.add_typer(plan, name="plan")


def show(force: ForceOption = None) -> None:
    """Everything that stands in the plan."""
    plan, pack, document = opened(force)
    from nvap.web.plans import answering

    print(f"{document.force_name}: {pack.action.number} {pack.action.title}")
    print(f"Version {document.version}, {plan.get_state_display().lower()}")
    for heading, lines in answering.everything(pack, document):
        print_wrapped(f"\n{heading}")
        for label, text in lines:
            print_wrapped(f"{label}: {text}", indent="  ")


def workbook(out: _Out = None, *, force: ForceOption = None) -> None:
    """Write the plan as a workbook to write in (XLSX), to bring back with `nvap plan import`."""
    plan, pack, document = opened(force)
    from nvap.web.plans import workbook as workbooks
    from nvap.web.plans.document import present

    file = out or Path(f"{document.force}-plan-version-{document.version}.xlsx")
    write(file, workbooks.xlsx(pack, document, present(plan.force)))
    _note(plan, document, "xlsx")
    print(f"Wrote {file}.")


def as_json(out: _Out = None, *, force: ForceOption = None) -> None:
    """Print everything in the plan as JSON, or write it to a file."""
    plan, _pack, document = opened(force)
    from nvap.plan.snapshot import frozen

    told = frozen(document)
    if out is None:
        print(told)
    else:
        write(out, told.encode())
        print(f"Wrote {out}.")
    _note(plan, document, "json")


def bring(
    file: Annotated[Path, typer.Argument(help="The plan's workbook, or a plan in the toolkit's form (XLSX, DOCX).")],
    *,
    by: Annotated[str, typer.Option(help="The e-mail address of the person whose changes these are.")],
    force: ForceOption = None,
    save: Annotated[bool, typer.Option("--save", help="Save what is shown; without it nothing is saved.")] = False,
    reason: Annotated[str, typer.Option(help="Why it changes; needed for what was signed off before.")] = "",
    nobody_named: Annotated[
        bool, typer.Option("--nobody-named", help="You have looked: the texts identify nobody.")
    ] = False,
) -> None:
    """Show what a file would change in the plan, and save it with --save."""
    if not file.is_file():
        raise UsageFault(f"There is no file {file}.")
    plan, pack, document = opened(force)
    who = _writer(by, plan)
    from nvap.web.plans import answering, comparing

    read = answering.read_file(file, plan, pack)
    if read.faults:
        raise InputFault(f"{file.name} needs mending; nothing was saved:", read.faults)
    for line in read.said:
        print_wrapped(line, indent="  ")
    for row in comparing.rows(pack, document, read.changes, read.new):
        print_wrapped(f"\n{row.where}")
        print_wrapped(f"before: {row.before or '(nothing)'}", indent="  ")
        print_wrapped(f"after:  {row.after or '(nothing)'}", indent="  ")
    if not read.changes:
        print("The file says what the plan says already: there is nothing to save.")
    elif not save:
        print(f"\n{_places(len(read.changes))} would change. Nothing was saved; --save saves it.")
    else:
        _save(plan, who, (read.changes, read.new), (reason, nobody_named))


def _save(plan: Plan, who: User, told: tuple[Sequence[Typed], Sequence[NewThing]], said: tuple[str, bool]) -> None:
    from nvap.web.plans import comparing
    from nvap.web.plans.actions import saving
    from nvap.web.plans.models import Save

    changes, new = told
    reason, accepted = said
    try:
        saved = saving.save(
            plan=plan, typed=changes, new=new, by=who, reason=reason, accepted=accepted, how=Save.How.UPLOADED
        )
    except saving.Identifying as fault:
        places = "; ".join(sorted(f"{each.entry} {each.field} {each.side}".strip() for each in fault.findings))
        raise Refused(f"Nothing was saved. {comparing.said(fault)} ({places}; --nobody-named)") from None
    except saving.ReasonNeeded as fault:
        raise Refused(f"Nothing was saved. {comparing.said(fault)} (--reason)") from None
    except saving.NotSaved as fault:
        raise Refused(f"Nothing was saved. {comparing.said(fault)}") from None
    print(f"\nSaved: {_places(len(saved))} changed, in version {plan.saves} of the plan.")


def opened(force: str | None) -> tuple[Plan, Pack, Document]:
    """A force's plan, its toolkit and what stands in it. Raises UsageFault where no plan was started."""
    held = workspaces.open_workspace().force(force)
    ready()
    from nvap.web.accounts.models import Force
    from nvap.web.plans.document import document_of, plan_of
    from nvap.web.toolkit.reading import pack_in_use

    pack = pack_in_use()
    plan = plan_of(Force.objects.get(code=held.code), pack)
    if plan is None:
        raise UsageFault(f"{held.name} has started no plan yet. Start it on the page of the plan: `nvap run`.")
    return plan, pack, document_of(plan)


def _writer(email: str, plan: Plan) -> User:
    """Whose changes these are: somebody who may change the plan on its pages too."""
    from nvap.web.access import Permission
    from nvap.web.accounts.models import Membership, User

    held = {each.user.email: each for each in Membership.objects.current().filter(force=plan.force)}
    wanted = User.objects.normalise(email)
    if wanted not in held:
        raise UsageFault(f"Nobody with the address `{wanted}` has a role in {plan.force.name}.{nearest(wanted, held)}")
    if not held[wanted].kind.may(Permission.EDIT_PLAN):
        raise Refused(f"{wanted} is {held[wanted].role} of {plan.force.name}, who may not change its plan.")
    return held[wanted].user


def _note(plan: Plan, document: Document, kind: str) -> None:
    from nvap.web.plans.actions import exporting

    exporting.note(plan=plan, version=document.version, kind=kind, by=operator())


def write(file: Path, content: bytes) -> None:
    """Write a file. Raises UsageFault where it cannot be written."""
    try:
        file.write_bytes(content)
    except OSError as fault:
        raise UsageFault(f"{file} cannot be written: {fault.strerror}.") from None


def _places(count: int) -> str:
    return f"{count} place" if count == 1 else f"{count} places"
