"""`nvap user` and `nvap journal`: who may sign in, and who did what."""

from __future__ import annotations

import getpass
import os
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from nvap.errors import InputFault, UsageFault, nearest
from nvap.records import workspace as workspaces

if TYPE_CHECKING:
    from nvap.web.accounts.models import Force, Membership
    from nvap.web.journal.chain import Head

ForceOption = Annotated[str | None, typer.Option(help="The force's code; may be left out where there is only one.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    user = typer.Typer(no_args_is_help=True, help="Who may sign in, and as what.")
    journal = typer.Typer(no_args_is_help=True, help="Who did what, and when; and whether the lines are untouched.")
    user.command("add")(add)
    user.command("list")(list_people)
    user.command("remove")(remove)
    user.command("link")(link)
    journal.command("show")(show)
    journal.command("verify")(verify)
    app.add_typer(user, name="user")
    app.add_typer(journal, name="journal")


def add(
    email: str,
    name: Annotated[str, typer.Option(help="Full name.")],
    role: Annotated[str, typer.Option(help="What they are, as `nvap_lead`; another word lists all roles.")],
    force: ForceOption = None,
    until: Annotated[
        str | None, typer.Option(help="Last day, as 2027-03-31; inspectors and partners need one.")
    ] = None,
) -> None:
    """Add somebody to a force, and print the one-time link with which they set their password."""
    into = _force(force)
    from nvap.web.accounts import actions

    member = actions.add_person(force=into, email=email, name=name, role_name=role, until=_day(until), by=operator())
    print(f"{member.user.email} is {member.role} of {into.name}.")
    if not member.user.has_usable_password():
        _print_link(member)


def list_people(force: ForceOption = None) -> None:
    """Everybody who has a role in a force."""
    into = _force(force)
    from nvap.web.accounts.models import Membership

    for each in Membership.objects.filter(force=into).select_related("user"):
        until = f"until {each.until.isoformat()}" if each.until else ""
        print(f"{each.user.email:40} {each.role:12} {each.user.name}  {until}".rstrip())


def remove(email: str, force: ForceOption = None) -> None:
    """End somebody's role in a force; what they did stays in the journal."""
    member = _member(email, _force(force))
    from nvap.web.accounts import actions

    actions.remove_person(membership=member, by=operator())
    print(f"{member.user.email} was removed.")


def link(email: str, force: ForceOption = None) -> None:
    """Print a one-time link with which somebody sets a new password."""
    member = _member(email, _force(force))
    from nvap.web.accounts import actions

    actions.note_link(membership=member, by=operator())
    _print_link(member)


def show(
    force: ForceOption = None,
    last: Annotated[int, typer.Option(min=1, help="How many lines, counted from the newest.")] = 20,
    without_force: Annotated[bool, typer.Option(help="The lines that belong to no force.")] = False,
) -> None:
    """The newest lines of a force's journal."""
    code = _chain(force, without_force)
    from nvap.web.journal.models import Entry

    for each in reversed(Entry.objects.filter(force=code).order_by("-seq")[:last]):
        what = f"{each.object_type} {each.object_id}".strip()
        print(f"{each.seq:6} {each.at:%Y-%m-%d %H:%M:%S}Z  {each.act:14} {each.actor}  {what}  {each.reason}".rstrip())


def verify(
    force: ForceOption = None,
    expect: Annotated[
        str | None, typer.Option(help="A head noted earlier (FORCE:LINE:MAC): it must still be there.")
    ] = None,
) -> None:
    """Check every line of the journal and that none is cut off; names the first that is not as it was written."""
    ready()
    from nvap.web.journal import chain, heads
    from nvap.web.journal.models import NO_FORCE, Entry

    noted, kept = _head(expect), heads.kept(workspaces.open_workspace())
    codes = {*Entry.objects.values_list("force", flat=True), *kept, *([noted.force] if noted else [])}
    key, faults = chain.key(), []
    for code in sorted(codes):
        if force is not None and code not in (force, NO_FORCE):
            continue
        expected = [each for each in (kept.get(code), noted) if each and each.force == code]
        found = chain.verify(Entry.objects.filter(force=code).order_by("seq").iterator(), key, expect=expected)
        if isinstance(found, chain.Fault):
            faults.append(str(found))
        elif found:
            print(f"{'lines of no force' if code == NO_FORCE else code}: {found.seq} lines, untouched. Head: {found}")
            print(_held_against(kept.get(code)))
    if faults:
        raise InputFault("The journal is not as it was written:", faults)


def _held_against(kept: Head | None) -> str:
    if kept is None:
        return "  No head is kept beside the keys yet, so lines cut from the end would not be seen."
    return f"  Whole up to line {kept.seq}, the head kept beside the keys."


def ready() -> None:
    """Make Django ready, and bring the workspace's database up to date."""
    workspaces.open_workspace()
    from nvap.web import start

    start.configure()
    from nvap.web import migration

    migration.prepare(by=operator(), progress=print)


def _force(code: str | None) -> Force:
    held = workspaces.open_workspace().force(code)
    ready()
    from nvap.web.accounts.models import Force

    return Force.objects.get(code=held.code)


def _chain(force: str | None, without_force: bool) -> str:
    if not without_force:
        return _force(force).code
    ready()
    from nvap.web.journal.models import NO_FORCE

    return NO_FORCE


def _member(email: str, force: Force) -> Membership:
    from nvap.web.accounts.models import Membership, User

    held = {each.user.email: each for each in Membership.objects.filter(force=force).select_related("user")}
    wanted = User.objects.normalise(email)
    if wanted not in held:
        raise UsageFault(f"Nobody with the address `{wanted}` has a role in {force.name}.{nearest(wanted, held)}")
    return held[wanted]


def _print_link(member: Membership) -> None:
    from nvap.web.accounts import links

    print("Hand this address over, after the server's own; it works once, for three days:")
    print(f"  {links.one_time_path(member.user)}")


def _head(text: str | None) -> Head | None:
    from nvap.web.journal.chain import Head

    if text is None:
        return None
    parts = text.split(":")
    if len(parts) != 3 or not parts[1].isdigit():
        raise UsageFault(f"--expect reads FORCE:LINE:MAC, as `nvap journal verify` prints it; found `{text}`.")
    return Head(parts[0], int(parts[1]), parts[2])


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageFault(f"--until is a day like 2027-03-31; found `{text}`.") from error


def operator() -> str:
    """Who sits at the command line, as far as the system says."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (KeyError, OSError):
        return f"user {os.getuid() if hasattr(os, 'getuid') else 'unknown'} (command line)"
