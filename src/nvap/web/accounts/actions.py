"""Changes to people and forces: keyword-only, one transaction each, with its journal line inside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone, translation

from nvap.errors import Refused, UsageFault
from nvap.records.workspace import Force as WorkspaceForce
from nvap.web.accounts import throttle
from nvap.web.accounts.models import Force, Membership, User
from nvap.web.accounts.roles import LONGEST_DAYS, role
from nvap.web.journal import actions as journal
from nvap.web.journal.models import NO_FORCE, Act


@transaction.atomic
def mirror_forces(*, forces: Iterable[WorkspaceForce], by: object) -> list[Force]:
    """Make the database's forces those of the workspace; a force that is new leaves a line in its own chain."""
    mirrored = []
    for each in forces:
        facts = {"name": each.name, "time_zone": each.time_zone}
        force, is_new = Force.objects.update_or_create(code=each.code, defaults=facts)
        if is_new:
            journal.write(force=each.code, by=by, act=Act.ADMINISTER, object_type="force", object_id=each.code)
        mirrored.append(force)
    return mirrored


@transaction.atomic
def add_person(
    *, force: Force, email: str, name: str, role_name: str, until: date | None, by: object, password: str | None = None
) -> Membership:
    """Give somebody a role in a force; a person new to this server is made without a password.

    Raises UsageFault when they have a role here already, or when an inspector's end date is missing or too far away.
    """
    refuse_unless_it_ends(role_name, until)
    user = User.objects.filter(email=User.objects.normalise(email)).first()
    user = user or User.objects.make(email=email, name=name, password=password)
    if Membership.objects.filter(user=user, force=force).exists():
        raise UsageFault(f"{user.email} has a role in {force.name} already; change or remove that one.")
    membership = Membership.objects.create(user=user, force=force, role=role(role_name).name, until=until)
    _note(membership, by, f"added as {_words(role_name)}{_end(until)}")
    return membership


@transaction.atomic
def change_person(*, membership: Membership, role_name: str, until: date | None, by: object) -> Membership:
    """Give a person another role in their force, or another end date. A force keeps one administrator at least."""
    refuse_unless_it_ends(role_name, until)
    if role_name != "force_admin" or until is not None:
        _refuse_without_administrator(membership)
    before = membership.role
    membership.role, membership.until = role(role_name).name, until
    membership.save(update_fields=["role", "until"])
    _note(membership, by, f"changed from {_words(before)} to {_words(role_name)}{_end(until)}")
    return membership


@transaction.atomic
def remove_person(*, membership: Membership, by: object) -> None:
    """End somebody's role in a force. A force keeps one administrator at least."""
    _refuse_without_administrator(membership)
    _note(membership, by, f"removed as {_words(membership.role)}")
    membership.delete()


@transaction.atomic
def note_link(*, membership: Membership, by: object) -> None:
    """Leave a line that a one-time link was made with which this person sets their password."""
    _note(membership, by, "one-time link to set a password made")


@transaction.atomic
def note_sign_in(*, user: User) -> None:
    """Leave a line of a sign-in, in the chain of each force the person belongs to."""
    _note_in_each_force(user, Act.SIGN_IN)


@transaction.atomic
def note_sign_out(*, user: User, reason: str = "") -> None:
    """Leave a line of a sign-out."""
    _note_in_each_force(user, Act.SIGN_OUT, reason)


@transaction.atomic
def note_failed_sign_in(*, email: str, address: str) -> None:
    """Count a failed sign-in and leave a line; a person whom we do not know is not named."""
    failure = throttle.failed(email, address)
    user = User.objects.filter(email=User.objects.normalise(email)).first()
    if user:
        _note_in_each_force(user, Act.SIGN_IN_FAILED)
    else:
        journal.write(force=NO_FORCE, by="somebody unknown", act=Act.SIGN_IN_FAILED, object_type="person")
    if failure.spray_begins:
        reason = f"{throttle.SPRAYED_PEOPLE} different people failed to sign in from one address within ten minutes"
        journal.write(force=NO_FORCE, by="the sign-in page", act=Act.SIGN_IN_FAILED, object_type="alarm", reason=reason)


@transaction.atomic
def note_second_step(*, user: User, what: str) -> None:
    """Leave a line that the second step of signing in was set up, taken off or failed."""
    act = Act.SIGN_IN_FAILED if what == "failed" else Act.ADMINISTER
    _note_in_each_force(user, act, f"second step of signing in: {what}")


@transaction.atomic
def note_password(*, user: User) -> None:
    """Leave a line that a person set a new password."""
    _note_in_each_force(user, Act.ADMINISTER, "password set")


def refuse_unless_it_ends(role_name: str, until: date | None) -> None:
    """An inspector's role must end, within 90 days, a partner's within a year; any end must lie ahead.

    Raises UsageFault.
    """
    today = timezone.localdate()
    if until is not None and until < today:
        raise UsageFault("The last day must not be in the past.")
    longest = LONGEST_DAYS.get(role(role_name).name)
    if longest and (until is None or until > today + timedelta(days=longest)):
        whose = "An inspector" if role_name == "inspector" else "Somebody of a partner"
        raise UsageFault(f"{whose} needs a last day, at most {longest} days ahead.")


def _refuse_without_administrator(membership: Membership) -> None:
    others = Membership.objects.current().filter(force=membership.force, role="force_admin").exclude(pk=membership.pk)
    if membership.role == "force_admin" and not others.exists():
        raise Refused(f"{membership.force.name} would be left without an administrator. Add another one first.")


def _note(membership: Membership, by: object, reason: str) -> None:
    journal.write(
        force=membership.force_id,
        by=by,
        act=Act.ADMINISTER,
        object_type="person",
        object_id=membership.user.email,
        reason=reason,
    )


def _note_in_each_force(user: User, act: Act, reason: str = "") -> None:
    forces = list(user.memberships.order_by("force").values_list("force_id", flat=True)) or [NO_FORCE]
    for force in forces:
        journal.write(force=force, by=user, act=act, object_type="person", object_id=user.email, reason=reason)


def _words(role_name: str) -> str:
    """A role's title as the journal keeps it: in English, whatever language its writer reads."""
    with translation.override("en"):
        return str(role(role_name).title)


def _end(until: date | None) -> str:
    return f" until {until.isoformat()}" if until else ""
