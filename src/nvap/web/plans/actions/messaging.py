"""The daily digest: sent to each person at most once a day, and turned on or off by them.

A message is written down before it is handed to the mail server, under its person and day: of two processes that run
at once only one can write it. What could not be handed over is tried again by the next run; what was begun and never
ended is not, since it may have been sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from nvap.packs import Pack
from nvap.web import mail
from nvap.web.accounts.models import Force, Membership, User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans.digest import OfForce, digest_of, message_of
from nvap.web.plans.document import document_of, plan_of
from nvap.web.plans.models import Message, NoDigest
from nvap.web.plans.waiting import Person, board_of, waiting_for

AGAIN = (Message.State.NOT_SENT, Message.State.FAILED)


@dataclass(frozen=True)
class _Letter:
    """What somebody would be told today."""

    user: User
    day: date
    found: tuple[OfForce, ...]

    @property
    def force(self) -> Force:
        """The force under which the message is listed."""
        return self.found[0].force


def choose_digest(*, force: Force, wanted: bool, by: User) -> None:
    """Turn one's own digest on or off."""
    with transaction.atomic():
        if wanted:
            NoDigest.objects.filter(user=by).delete()
        else:
            NoDigest.objects.get_or_create(user=by)
        told = f"digest {'on' if wanted else 'off'}"
        journal.write(
            force=force.code, by=by, act=Act.ADMINISTER, object_type="person", object_id=by.email, reason=told
        )


@transaction.atomic
def stop_digest(*, user: User) -> None:
    """Turn the digest of somebody off who came by the address in their message, signed in or not."""
    _row, is_new = NoDigest.objects.get_or_create(user=user)
    if not is_new:
        return
    for member in user.memberships.order_by("force"):
        journal.write(
            force=member.force_id,
            by=user,
            act=Act.ADMINISTER,
            object_type="person",
            object_id=user.email,
            reason="digest off, by the address in a message",
        )


def send_digests(*, pack: Pack, by: str, now: datetime | None = None) -> Counter[str]:
    """Send everybody what waits for them, once a local day; returns how many messages ended in which state.

    `now` is for tests and for who knows the hour; people for whom nothing waits, and who turned it off, get none.
    """
    counted: Counter[str] = Counter()
    with mail.opened() as post:
        for letter in _letters(pack, now or timezone.now()):
            message = _claimed(letter)
            if message is not None:
                counted[_sent(message, letter, post, by)] += 1
    return counted


def _letters(pack: Pack, now: datetime) -> Iterator[_Letter]:
    """One for each person for whom something waits in any of their forces."""
    found: dict[int, list[OfForce]] = {}
    people: dict[int, User] = {}
    unwanted = set(NoDigest.objects.values_list("user_id", flat=True))
    for force in Force.objects.order_by("code"):
        with timezone.override(ZoneInfo(force.time_zone)):
            for user, of_force in _of_force(pack, force, now):
                people[user.pk] = user
                found.setdefault(user.pk, []).append(of_force)
    for number, forces in found.items():
        if number not in unwanted:
            day = timezone.localdate(now, ZoneInfo(forces[0].force.time_zone))
            yield _Letter(people[number], day, tuple(forces))


def _of_force(pack: Pack, force: Force, now: datetime) -> Iterator[tuple[User, OfForce]]:
    plan = plan_of(force, pack)
    if plan is None:
        return
    today = timezone.localdate(now)
    board = board_of(pack, plan, document_of(plan), today)
    for member in Membership.objects.current(today).filter(force=force).select_related("user"):
        waits = waiting_for(board, Person(member.user, member.kind))
        if waits:
            yield member.user, OfForce(force, waits)


def _claimed(letter: _Letter) -> Message | None:
    """The message of this person and day, for this process to send; None where it was sent, or another has it."""
    text = digest_of(letter.user, letter.found)
    facts: Mapping[str, object] = {
        "subject": text.subject,
        "body": text.body,
        "state": Message.State.SENDING,
        "told": "",
        "at": timezone.now(),
    }
    held = Message.objects.filter(user=letter.user, day=letter.day)
    if held.exists():
        # One statement, so that only one process finds it in a state from which it may be taken.
        return held.get() if held.filter(state__in=AGAIN).update(**facts) else None
    try:
        with transaction.atomic():
            return Message.objects.create(user=letter.user, day=letter.day, force=letter.force, **facts)
    except IntegrityError:
        return None


def _sent(message: Message, letter: _Letter, post: mail.Post, by: str) -> str:
    state, told = Message.State.SENT, ""
    try:
        post.send(message_of(letter.user, message.subject, message.body))
    except mail.NotSent as fault:
        told = str(fault)
        state = Message.State.FAILED if mail.server() else Message.State.NOT_SENT
    _note(message=message, codes=[each.force.code for each in letter.found], state=state, told=told, by=by)
    return state.value


@transaction.atomic
def _note(*, message: Message, codes: Sequence[str], state: Message.State, told: str, by: str) -> None:
    """What became of a message: in its own row, and in the journal of each force that it speaks of."""
    message.state, message.told, message.at = state, told, timezone.now()
    message.save(update_fields=["state", "told", "at"])
    for code in codes:
        journal.write(
            force=code,
            by=by,
            act=Act.DISCLOSE,
            object_type="digest",
            object_id=message.user.email,
            reason=f"{state}{': ' + told if told else ''}",
        )
