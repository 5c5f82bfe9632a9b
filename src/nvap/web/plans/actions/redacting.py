"""Redacting: the one act that changes what was written before, for words that should never have been typed.

It reaches every version of every text, drafts, comments, notes, uploads as they were read, and what was signed off
with its stored files. The words are kept nowhere; a tombstone keeps who took them out, when and why.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from nvap.errors import UsageFault
from nvap.packs import Pack
from nvap.plan.document import Place
from nvap.plan.form import field_of
from nvap.plan.snapshot import content_hash, in_all, thawed, without
from nvap.web.accounts.models import User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans import signed
from nvap.web.plans.actions.saving import place_of, where
from nvap.web.plans.models import (
    Comment,
    Draft,
    EvidenceFile,
    Message,
    Plan,
    Redaction,
    Reopening,
    Review,
    Save,
    Snapshot,
    Text,
    Thing,
    Upload,
    VoidHash,
)  # fmt: skip

MARK = "[redacted]"
LONGEST_REASON = 500
LONGEST_NAME = 90
SHORTEST_WORDS = 3
# A whole text is also looked for elsewhere; a shorter one ("Yes", "None") stands in many places for itself.
_LONG_ENOUGH = 20
_DOCUMENT = "document"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Rule:
    """What is taken out: some words wherever they stand; or, without them, the whole text of a place."""

    place: Place
    words: re.Pattern[str] | None
    kinds: Mapping[str, str]
    gone: frozenset[str] = frozenset()

    @property
    def takes_whole(self) -> bool:
        """Whether everything goes that ever stood in the place."""
        return bool(self.gone)

    def __call__(self, place: Place | None, text: str) -> str:
        """What stands there afterwards. Dates, choices and names of people stay: they are no words."""
        if place is not None and not is_prose(self.kinds, place):
            return text
        whole = self.takes_whole and (place == self.place or (place is None and text in self.gone))
        return MARK if whole and text else self.elsewhere(text)

    def elsewhere(self, text: str) -> str:
        """A text that belongs to no place."""
        return self.words.sub(MARK, text) if self.words else text


def is_prose(kinds: Mapping[str, str], place: Place) -> bool:
    """Whether people write freely in a place."""
    return place.entry in kinds and field_of(kinds[place.entry], place.field).prose


def redact(*, plan: Plan, pack: Pack, place: Place, by: User, reason: str, words: str = "") -> Redaction:
    """Take words out of everything kept of the plan; without `words`, everything that ever stood in the place.

    Raises UsageFault where they stand nowhere, or the reason is missing or repeats them.
    """
    keep_nothing_deleted()
    with transaction.atomic():
        held = Plan.objects.select_for_update(of=("self",)).select_related("force").get(pk=plan.pk)
        rule = _rule(held, place, words.strip())
        if not reason.strip() or rule.elsewhere(reason) != reason:
            raise UsageFault(_("Give a reason, and do not repeat in it what is taken out."))
        made = Redaction.objects.create(plan=held, by=by, reason=reason.strip()[:LONGEST_REASON], **where(place))
        made.replaced = sum((_in_texts(held, rule, made), _in_drafts(held, rule), _beside(held, rule)))
        made.replaced += _in_snapshots(held, pack, rule, made)
        if not made.replaced:
            raise UsageFault(_("These words stand nowhere in the plan."))
        made.save(update_fields=["replaced"])
        journal.write(
            force=held.force_id,
            by=by,
            act=Act.ERASE,
            object_type="plan",
            object_id=" ".join(filter(None, (held.pack, *where(place).values()))),
            reason=f"redacted, {made.replaced} texts; because: {made.reason}",
        )
        transaction.on_commit(leave_no_trace)
    return made


def _rule(plan: Plan, place: Place, words: str) -> _Rule:
    kinds = dict(Thing.objects.filter(plan=plan).values_list("key", "kind"))
    if not is_prose(kinds, place):
        raise UsageFault(_("Only what people write freely can be redacted; change the field instead."))
    if words:
        if len(words) < SHORTEST_WORDS:
            raise UsageFault(_("Give at least three characters to take out."))
        return _Rule(place, _any_of([words]), kinds)
    texts = set(Text.objects.filter(plan=plan, **where(place)).values_list("text", flat=True))
    long = [each for each in texts if len(each) >= _LONG_ENOUGH]
    # What was measured for a sign-off repeats a text whole, or its first line as a name.
    gone = texts | {each.splitlines()[0][:LONGEST_NAME] for each in texts if each.strip()}
    return _Rule(place, _any_of(long) if long else None, kinds, frozenset(gone))


def _any_of(wanted: list[str]) -> re.Pattern[str]:
    """Any of some texts, in capitals or not, however their words are spaced."""
    told = sorted(wanted, key=len, reverse=True)
    spaced = (r"\s+".join(re.escape(word) for word in each.split()) for each in told)
    return re.compile("|".join(spaced), re.IGNORECASE)


def _in_texts(plan: Plan, rule: _Rule, made: Redaction) -> int:
    changed = []
    for row in Text.objects.filter(plan=plan).exclude(text=""):
        said = rule(place_of(row), row.text)
        if said != row.text:
            row.text, row.redaction = said, made
            # Whoever has the field open still holds the words: on another version, their save is shown to them first.
            row.version += 1 if row.is_current else 0
            changed.append(row)
    Text.objects.bulk_update(changed, ["text", "redaction", "version"], batch_size=200)
    return len(changed)


def _in_drafts(plan: Plan, rule: _Rule) -> int:
    count = 0
    for row in Draft.objects.filter(plan=plan):
        said = rule.elsewhere(row.text)  # nothing checks a draft: words may stand in any field
        if rule.takes_whole and Place(row.key, row.field, row.side, row.period) == rule.place:
            row.delete()
        elif said != row.text:
            row.text = said
            row.save(update_fields=["text"])
        else:
            continue
        count += 1
    return count


def _beside(plan: Plan, rule: _Rule) -> int:
    """What stands beside the texts: comments, reasons, notes, names of files, uploads as read, messages."""
    count = 0
    for row, names in _rows_beside(plan):
        said = {name: rule.elsewhere(getattr(row, name)) for name in names}
        changed = [name for name in names if said[name] != getattr(row, name)]
        for name in changed:
            limit = getattr(row._meta.get_field(name), "max_length", None)
            setattr(row, name, said[name][:limit])
        if changed:
            row.save(update_fields=changed)
        count += len(changed)
    for upload in Upload.objects.filter(plan=plan):
        read = in_all(upload.read, rule.elsewhere)
        if read != upload.read:
            upload.read = read
            upload.save(update_fields=["read"])
            count += 1
    return count


def _rows_beside(plan: Plan) -> Iterator[tuple[Model, tuple[str, ...]]]:
    for model, names in (
        (Comment, ("text",)),
        (Save, ("reason",)),
        (Review, ("note", "decision_note")),
        (Reopening, ("reason",)),
        (Redaction, ("reason",)),
        (EvidenceFile, ("name",)),
        (Upload, ("name",)),
    ):
        for row in model._default_manager.filter(plan=plan):
            yield row, names
    for message in Message.objects.filter(force=plan.force_id):
        yield message, ("subject", "body")


def _in_snapshots(plan: Plan, pack: Pack, rule: _Rule, made: Redaction) -> int:
    count = 0
    for snapshot in Snapshot.objects.filter(plan=plan):
        text, note = without(snapshot.document, rule), rule.elsewhere(snapshot.note)
        if (text, note) == (snapshot.document, snapshot.note):
            continue
        count += 1
        old, snapshot.content_hash = snapshot.content_hash, content_hash(text)
        snapshot.document, snapshot.note = text, note
        snapshot.save(update_fields=["document", "note", "content_hash"])
        _void(made, snapshot, _DOCUMENT, (old, snapshot.content_hash))
        _make_files_again(snapshot, pack, made)
    return count


def _make_files_again(snapshot: Snapshot, pack: Pack, made: Redaction) -> None:
    files = signed.files_of(pack, *thawed(snapshot.document))
    for row in snapshot.files.all():
        old, row.content = row.sha256, files[row.kind]
        row.sha256 = signed.hash_of(row.content)
        row.save(update_fields=["content", "sha256"])
        _void(made, snapshot, row.kind, (old, row.sha256))


def _void(made: Redaction, snapshot: Snapshot, what: str, hashes: tuple[str, str]) -> None:
    old, new = hashes
    if old != new:
        VoidHash.objects.create(redaction=made, snapshot=snapshot, what=what, old=old, new=new)


def keep_nothing_deleted() -> None:
    """Have SQLite write over what it deletes, whose bytes would otherwise stay in the file."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def leave_no_trace() -> None:
    """Write the database file anew, so that nothing deleted earlier is left in it, and empty the write-ahead log."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except OperationalError:
        _log.warning("redaction: the database was busy; its file may hold the words until it is next compacted")
