"""The plan's pages, and who may open them. What an address shows is always the asker's own force's."""

from __future__ import annotations

from typing import Any

from tests.web.pages import (
    ADMINISTRATORS,
    ANYBODY,
    CHRIS,
    EVERYBODY_SIGNED_IN,
    INES,
    LEADS,
    OLGA,
    PARTNERS,
    PETE,
    Page,
    World,
)

FORCE_READERS = EVERYBODY_SIGNED_IN - {INES} - PARTNERS
SIGNED_READERS = EVERYBODY_SIGNED_IN - PARTNERS
COMMENTERS = LEADS | {CHRIS, OLGA}


def of_plan(*arguments: Any) -> Any:
    """The arguments of an address in Northshire's plan; makes the plan where there is none yet."""

    def made(world: World) -> tuple[Any, ...]:
        from datetime import date

        from nvap import packs
        from nvap.plan.periods import regular
        from nvap.web.plans.actions import starting
        from nvap.web.plans.models import Plan

        if not Plan.objects.filter(force=world.northshire).exists():
            periods = regular("monthly", date(2026, 1, 1), 12, 14)
            lead = world.people["alice_lead"]
            starting.start(force=world.northshire, pack=packs.pack(), frequency="monthly", periods=periods, by=lead)
        return arguments

    return made


def of_signed_plan(*arguments: Any) -> Any:
    """The same, with Northshire's plan signed off."""

    def made(world: World) -> tuple[Any, ...]:
        from tests.web.plans.conftest import write

        from nvap import packs
        from nvap.web.plans.actions import reviewing
        from nvap.web.plans.models import Plan, PlanSettings, Snapshot, StoredFile

        of_plan()(world)
        if not Snapshot.objects.filter(plan__force=world.northshire).exists():
            plan, lead = Plan.objects.get(force=world.northshire), world.people["alice_lead"]
            PlanSettings.objects.update_or_create({"self_approval": True}, force=world.northshire)
            write(plan, lead, {("about", "approver"): str(lead.pk)})
            reviewing.send(plan=plan, by=lead)
            snapshot = reviewing.sign_off(plan=plan, by=lead, pack=packs.pack(), version=plan.saves)
            StoredFile.objects.get_or_create({"content": b"A file", "sha256": "0" * 64}, snapshot=snapshot, kind="xlsx")
        return arguments

    return made


def of_comment(world: World) -> tuple[Any, ...]:
    """A comment on Northshire's plan."""
    from nvap.plan.document import Place
    from nvap.web.plans.actions import commenting
    from nvap.web.plans.models import Plan

    of_plan()(world)
    plan, lead = Plan.objects.get(force=world.northshire), world.people["alice_lead"]
    return (commenting.comment(plan=plan, place=Place("A1a", "output", "external"), text="Which?", by=lead).pk,)


def with_measure(key: str) -> Any:
    """The arguments of an address about a measure in Northshire's plan; picks it where it is not in the plan yet."""

    def made(world: World) -> tuple[str, ...]:
        from nvap import packs
        from nvap.web.plans.actions.measuring import pick
        from nvap.web.plans.document import document_of
        from nvap.web.plans.models import Plan

        of_plan()(world)
        plan = Plan.objects.get(force=world.northshire)
        lead = world.people["alice_lead"]
        pick(plan=plan, pack=packs.pack(), document=document_of(plan), measures=[key], by=lead)
        return (key,)

    return made


def of_upload(world: World) -> tuple[Any, ...]:
    """A workbook that Alice uploaded to Northshire's plan."""
    from nvap.plan.document import Place
    from nvap.web.plans.actions import uploading
    from nvap.web.plans.actions.saving import Typed
    from nvap.web.plans.models import Plan

    of_plan()(world)
    plan, lead = Plan.objects.get(force=world.northshire), world.people["alice_lead"]
    changes = [Typed(Place("about", "why"), "So that victims are heard.", 0)]
    return (uploading.keep(plan=plan, by=lead, name="plan.xlsx", changes=changes).pk,)


def of_import(world: World) -> tuple[Any, ...]:
    """A plan in the toolkit's layout that Alice uploaded to Northshire's plan."""
    from nvap.documents.plan_reading.layout import Passage
    from nvap.web.plans.actions import uploading
    from nvap.web.plans.models import Plan

    of_plan()(world)
    plan, lead = Plan.objects.get(force=world.northshire), world.people["alice_lead"]
    found = [Passage("Plan B4", "Why are we doing this?", "So that victims are heard.", "PQ1")]
    return (uploading.keep_recognised(plan=plan, by=lead, name="plan.docx", found=found).pk,)


def of_evidence(*, with_file: bool = False) -> Any:
    """The arguments of an address about a piece of evidence in Northshire's plan, with a file where asked for."""

    def made(world: World) -> tuple[str, str]:
        from nvap.plan.document import Place
        from nvap.web.plans.actions import evidence, saving
        from nvap.web.plans.document import document_of
        from nvap.web.plans.evidence_files import checked
        from nvap.web.plans.models import Plan

        of_plan()(world)
        plan, lead = Plan.objects.get(force=world.northshire), world.people["alice_lead"]
        key = saving.next_key("ev-", document_of(plan).things)
        asked = {
            "plan": plan, "by": lead, "new": [saving.NewThing(key, "evidence", "A1a")],
            "typed": [saving.Typed(Place(key, "title"), "Minutes of the board", 0)],
        }  # fmt: skip
        if with_file:
            file = checked("minutes.pdf", b"%PDF-1.7 minutes", most_mb=1)
            evidence.save_with_file(file=file, place=Place(key, "file"), base=0, **asked)  # type: ignore[arg-type]
        else:
            saving.save(**asked)  # type: ignore[arg-type]
        return "A1a", key

    return made


def stop_address(world: World) -> tuple[str, ...]:
    """What stands in the address that stops Alice's messages."""
    from urllib.parse import urlsplit

    from nvap.web.plans.digest import stop_address as of

    return (urlsplit(of(world.people["alice_lead"])).path.rstrip("/").rsplit("/", 1)[1],)


PAGES = [
    Page("plan", EVERYBODY_SIGNED_IN),
    Page("plan-shared", LEADS | PARTNERS | {OLGA}, of_plan()),
    Page("plan-missing", FORCE_READERS, of_plan(), of_northshire=True),
    Page("plan-hand-over", LEADS, of_plan(), of_northshire=True, methods=("get", "post")),
    Page("plan-settings", ADMINISTRATORS, methods=("get", "post")),
    Page("plan-messages", EVERYBODY_SIGNED_IN, methods=("get", "post")),
    Page("plan-messages-stop", ANYBODY, stop_address, methods=("get", "post")),
    Page("plan-start", LEADS, methods=("get", "post")),
    Page("plan-section", FORCE_READERS, of_plan("O1"), of_northshire=True),
    Page("plan-change", LEADS, of_plan("O1"), of_northshire=True, methods=("get", "post")),
    Page("plan-activity", FORCE_READERS, of_plan("A1a"), of_northshire=True),
    Page("plan-activity-change", LEADS, of_plan("A1a"), of_northshire=True, methods=("get", "post")),
    Page("plan-pack-pdf", FORCE_READERS, of_plan(), of_northshire=True),
    Page("plan-pack-docx", FORCE_READERS, of_plan(), of_northshire=True),
    Page("plan-files", FORCE_READERS, of_plan(), of_northshire=True),
    Page("plan-workbook", FORCE_READERS, of_plan(), of_northshire=True),
    Page("plan-json", FORCE_READERS, of_plan(), of_northshire=True),
    Page("plan-upload", LEADS, of_plan(), of_northshire=True, methods=("post",)),
    Page("plan-uploaded", LEADS, of_upload, of_northshire=True, methods=("get", "post")),
    Page("plan-import", LEADS, of_plan(), of_northshire=True, methods=("post",)),
    Page("plan-imported", LEADS, of_import, of_northshire=True, methods=("get", "post")),
    Page("plan-send", LEADS, of_plan(), of_northshire=True, methods=("get", "post")),
    Page("plan-review", FORCE_READERS, of_plan(), of_northshire=True, methods=("get", "post")),
    Page("plan-withdraw", LEADS, of_plan(), of_northshire=True, methods=("post",)),
    Page("plan-reopen", LEADS | {CHRIS} | {CHRIS}, of_plan(), of_northshire=True, methods=("post",)),
    Page("plan-comment", COMMENTERS, of_plan(), of_northshire=True, methods=("get", "post")),
    Page("plan-settle-comment", COMMENTERS, of_comment, of_northshire=True, methods=("post",)),
    Page("plan-signed-list", SIGNED_READERS, of_signed_plan()),
    Page("plan-signed", SIGNED_READERS, of_signed_plan(1), of_northshire=True),
    Page("plan-signed-file", SIGNED_READERS, of_signed_plan(1, "xlsx"), of_northshire=True),
    Page("plan-history", FORCE_READERS, of_plan(), of_northshire=True),
    Page("plan-version", FORCE_READERS, of_plan(1), of_northshire=True),
    Page("plan-compare", SIGNED_READERS, of_signed_plan(), of_northshire=True),
    Page("plan-restore", LEADS, of_plan(), of_northshire=True, methods=("get", "post")),
    Page("plan-redact", LEADS, of_plan(), of_northshire=True, methods=("get", "post")),
    # Without a text to keep there is nothing at the address, for those who may keep one.
    Page("plan-draft", LEADS | {OLGA, PETE}, of_plan(), methods=("post",), opened=frozenset({404})),
    Page("plan-progress", FORCE_READERS, of_plan(), of_northshire=True),
    Page("plan-update", LEADS, of_plan("2026-01-01", "A1a"), of_northshire=True, methods=("get", "post")),
    Page("plan-evidence", FORCE_READERS, of_plan("A1a"), of_northshire=True),
    Page("plan-evidence-change", LEADS, of_evidence(), of_northshire=True, methods=("get", "post")),
    Page("plan-evidence-standing", LEADS, of_evidence(), of_northshire=True, methods=("get", "post")),
    Page("plan-evidence-file", FORCE_READERS, of_evidence(with_file=True), of_northshire=True),
    Page("plan-evidence-add", LEADS, of_plan("A1a"), of_northshire=True, methods=("get", "post")),
    Page("plan-measures", FORCE_READERS, of_plan(), of_northshire=True),
    Page("plan-measure-pick", LEADS, of_plan(), of_northshire=True, methods=("post",)),
    Page("plan-measure", FORCE_READERS, with_measure("D03"), of_northshire=True),
    Page("plan-measure-change", LEADS, with_measure("D03"), of_northshire=True, methods=("get", "post")),
    Page("plan-measure-own", LEADS, of_plan("O1"), of_northshire=True, methods=("get", "post")),
    Page("plan-measure-remove", LEADS, with_measure("D03"), of_northshire=True, methods=("get", "post")),
    Page("plan-observation-add", LEADS, with_measure("D03"), of_northshire=True, methods=("get", "post")),
    Page("plan-periods", LEADS, of_plan(), of_northshire=True, methods=("get", "post")),
    Page("plan-questions", LEADS, of_plan(), of_northshire=True, methods=("get", "post")),
    Page("plan-about", LEADS, of_plan(), of_northshire=True, methods=("get", "post")),
    Page("plan-choose", LEADS, of_plan("O1"), of_northshire=True, methods=("get", "post")),
    Page("plan-own-activity", LEADS, of_plan("O1"), of_northshire=True, methods=("get", "post")),
    Page("plan-owners", LEADS, of_plan(), of_northshire=True, methods=("get", "post")),
    Page("plan-check", LEADS, of_plan(), of_northshire=True),
    Page("plan-stage", LEADS, of_plan("A1a"), of_northshire=True, methods=("get", "post")),
    Page("plan-consequences", FORCE_READERS, of_plan(), of_northshire=True),
    Page("plan-consequence", FORCE_READERS, of_plan("X1"), of_northshire=True),
    Page("plan-consequence-change", LEADS, of_plan("X1"), of_northshire=True, methods=("get", "post")),
    Page("plan-consequence-own", LEADS, of_plan(), of_northshire=True, methods=("get", "post")),
    Page("plan-impact", FORCE_READERS, of_plan("LT-org"), of_northshire=True),
    Page("plan-impact-change", LEADS, of_plan("LT-org"), of_northshire=True, methods=("get", "post")),
    Page("plan-question", LEADS, of_plan("Q1.1"), of_northshire=True, methods=("get", "post")),
    Page("plan-remove", LEADS, of_plan(), of_northshire=True, methods=("get", "post")),
]
