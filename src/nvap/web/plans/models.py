"""A force's plan: what it holds, every version of every text, its periods, reviews, snapshots and what goes with them.

Texts are rows that are only ever added (`Text`); a plan's version is the number of its last save. Nothing here is ever
deleted but drafts, uploads that were not taken over, and words that were redacted.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nvap.plan.form import LONGEST
from nvap.web.accounts.models import Force, User

PLACE = ("key", "field", "side", "period")


class PlanQuerySet(models.QuerySet["Plan"]):
    """Plans, and the one that a force works on."""

    def open(self) -> PlanQuerySet:
        """Those that have not been closed."""
        return self.filter(closed_at=None)


class Plan(models.Model):
    """A force's plan for an action of a toolkit. `saves` is its version: the number of its last save."""

    class State(models.TextChoices):
        """Where it stands between its authors and whoever signs it off."""

        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in-review", _("Sent for sign-off")
        RETURNED = "returned", _("Returned for changes")
        SIGNED_OFF = "signed-off", _("Signed off")
        REOPENED = "reopened", _("Reopened")

    class Frequency(models.TextChoices):
        """How often it is reported on."""

        MONTHLY = "monthly", _("Every month")
        QUARTERLY = "quarterly", _("Every quarter")
        CUSTOM = "custom", _("Periods of our own")

    force = models.ForeignKey(Force, on_delete=models.PROTECT, db_column="force", related_name="+")
    pack = models.CharField(max_length=100)
    release = models.CharField(max_length=120)
    frequency = models.CharField(max_length=10, choices=Frequency)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    saves = models.PositiveIntegerField(default=0)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["force", "pack", "-started_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["force", "pack"], condition=Q(closed_at=None), name="plans_one_open_plan")
        ]

    def __str__(self) -> str:
        return f"{self.force_id} {self.pack} version {self.saves}"


class Period(models.Model):
    """A reporting period, both days included, and the day by which its report is due."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="periods")
    first = models.DateField()
    last = models.DateField()
    due = models.DateField()

    class Meta:
        ordering: ClassVar = ["plan", "first"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "first"], name="plans_one_period_a_day"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="plans_period_has_days"),
            models.CheckConstraint(condition=Q(due__gte=F("last")), name="plans_period_due_after_it"),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}, due {self.due}"


class Save(models.Model):
    """One save: who changed the plan from one version to the next, when, why and by what means."""

    class How(models.TextChoices):
        """By what means."""

        TYPED = "typed", _("typed on a page")
        STARTED = "started", _("when the plan was started")
        UPLOADED = "uploaded", _("taken over from a file")
        RESTORED = "restored", _("restored")
        HANDED_OVER = "handed-over", _("handed over")
        CARRIED = "carried", _("carried over from the earlier form")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    how = models.CharField(max_length=12, choices=How, default=How.TYPED)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["plan", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="plans_one_save_a_version")]

    def __str__(self) -> str:
        return f"version {self.number} of plan {self.plan_id}"


class Thing(models.Model):
    """Something the plan holds: an objective, an activity, a measure, a risk, a piece of evidence."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    parent = models.CharField(max_length=60, blank=True)
    made_in = models.ForeignKey(Save, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering: ClassVar = ["plan", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "key"], name="plans_one_thing_a_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Text(models.Model):
    """What one place of the plan says from one save to the next. Every save of a place is a row of its own."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    field = models.CharField(max_length=40)
    side = models.CharField(max_length=20, blank=True)
    period = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    save_made = models.ForeignKey(Save, on_delete=models.CASCADE, related_name="texts")
    is_current = models.BooleanField(default=True)
    redaction = models.ForeignKey("Redaction", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["plan", *PLACE, "-version"]
        # Two saves on the same version cannot both stand: the second finds the number taken.
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", *PLACE, "version"], name="plans_one_text_a_version"),
            models.UniqueConstraint(
                fields=["plan", *PLACE], condition=Q(is_current=True), name="plans_one_text_is_current"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="plans_versions_start_at_one"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["plan"], condition=Q(is_current=True), name="plans_current_texts"),
            models.Index(fields=["save_made"], name="plans_texts_of_a_save"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.field} {self.side} {self.period} version {self.version}"


class Draft(models.Model):
    """What somebody has typed and not saved yet: theirs alone, kept until they save the page or throw it away."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    field = models.CharField(max_length=40)
    side = models.CharField(max_length=20, blank=True)
    period = models.CharField(max_length=10, blank=True)
    text = models.TextField(blank=True)
    base = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "user", *PLACE], name="plans_one_draft")]

    def __str__(self) -> str:
        return f"draft of {self.key} {self.field}"


class Review(models.Model):
    """One round: a version sent for sign-off, and what became of it."""

    class Outcome(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("waits for an answer")
        WITHDRAWN = "withdrawn", _("taken back by whoever sent it")
        RETURNED = "returned", _("returned for changes")
        SIGNED_OFF = "signed-off", _("signed off")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="reviews")
    version = models.PositiveIntegerField()
    period = models.CharField(max_length=10, blank=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=2000, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar = ["plan", "-sent_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan"], condition=Q(outcome="waiting"), name="plans_one_review_waits")
        ]

    def __str__(self) -> str:
        return f"version {self.version} of plan {self.plan_id}: {self.outcome}"


class Reopening(models.Model):
    """A signed-off plan opened again for changes, with the reason."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar = ["plan", "-at"]

    def __str__(self) -> str:
        return f"plan {self.plan_id} reopened"


class Comment(models.Model):
    """What somebody says about a place of the plan, or a whole thing (no field): in a review or beside the work."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    field = models.CharField(max_length=40, blank=True)
    side = models.CharField(max_length=20, blank=True)
    period = models.CharField(max_length=10, blank=True)
    text = models.TextField(max_length=LONGEST["text"])
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    review = models.ForeignKey(Review, null=True, blank=True, on_delete=models.PROTECT, related_name="comments")
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["plan", "at", "pk"]
        indexes: ClassVar = [models.Index(fields=["plan", "key"], name="plans_comments")]

    def __str__(self) -> str:
        return f"comment on {self.key} {self.field}"


class Snapshot(models.Model):
    """A signed-off version, whole: `document` is canonical JSON (`nvap.plan.snapshot`), `content_hash` its SHA-256."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="snapshots")
    number = models.PositiveIntegerField()
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="snapshot")
    version = models.PositiveIntegerField()
    document = models.TextField()
    content_hash = models.CharField(max_length=64)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar = ["plan", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="plans_one_snapshot_a_number")]

    def __str__(self) -> str:
        return f"sign-off {self.number} of plan {self.plan_id}"


class StoredFile(models.Model):
    """A file as it was made when a version was signed off: in the database, so that it stands or falls with it."""

    class Kind(models.TextChoices):
        """What kind of file."""

        PDF = "pdf", _("Board pack (PDF)")
        DOCX = "docx", _("Board pack (Word)")
        XLSX = "xlsx", _("Workbook (Excel)")

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=5, choices=Kind)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["snapshot", "kind"], name="plans_one_file_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.snapshot_id}"


class Redaction(models.Model):
    """The tombstone of words that should never have been typed: who took them out, when and why; never the words."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="redactions")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=500)
    key = models.CharField(max_length=60)
    field = models.CharField(max_length=40)
    side = models.CharField(max_length=20, blank=True)
    period = models.CharField(max_length=10, blank=True)
    replaced = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["plan", "-at"]

    def __str__(self) -> str:
        return f"redaction in {self.key} {self.field}"


class VoidHash(models.Model):
    """A hash that no longer stands for what is kept, since a redaction changed it; the new one stands beside it."""

    redaction = models.ForeignKey(Redaction, on_delete=models.CASCADE, related_name="void_hashes")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="void_hashes")
    what = models.CharField(max_length=10)
    old = models.CharField(max_length=64)
    new = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.what} of {self.snapshot_id}: {self.old[:8]} is void"


class EvidenceFile(models.Model):
    """A file kept as evidence, where the force has turned files on."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A file that somebody uploaded, as it was read: kept until its changes are taken over or thrown away."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    read = models.JSONField()

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class PlanSettings(models.Model):
    """What a force has set for its plans."""

    force = models.OneToOneField(
        Force, on_delete=models.CASCADE, db_column="force", primary_key=True, related_name="plan_settings"
    )
    self_approval = models.BooleanField(default=False)
    files = models.BooleanField(default=False)
    largest_file_mb = models.PositiveSmallIntegerField(default=5)

    def __str__(self) -> str:
        return f"plan settings of {self.force_id}"


class Message(models.Model):
    """A digest to one person on one day: at most one, and every one is listed, sent or not."""

    class State(models.TextChoices):
        """What became of it."""

        SENDING = "sending", _("begun, and not known to have been sent")
        SENT = "sent", _("sent")
        NOT_SENT = "not-sent", _("not sent, to be tried again")
        FAILED = "failed", _("could not be sent, to be tried again")

    force = models.ForeignKey(Force, on_delete=models.PROTECT, db_column="force", related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State)
    told = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["force", "-day", "user"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "day"], name="plans_one_digest_a_day")]

    def __str__(self) -> str:
        return f"digest of {self.day} to {self.user_id}: {self.state}"


class NoDigest(models.Model):
    """Somebody who does not want the digest."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"no digest for {self.user_id}"
