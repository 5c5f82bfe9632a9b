"""Reading a force's plan from the database, as it stands or as it stood, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import Q, QuerySet

from nvap.packs import Pack
from nvap.plan.document import Document, Period, Place, Written
from nvap.plan.document import Thing as PlainThing
from nvap.plan.form import KINDS
from nvap.web.accounts.models import Force, Membership, User
from nvap.web.plans.models import Plan, Text, Thing

_PERSONS = frozenset(each.name for kind in KINDS.values() for each in kind.fields if each.kind == "person")


_PLACE = ("key", "field", "side", "period")
_WRITTEN = (
    "text", "version", "save_made__by__name", "save_made__at", "save_made__number", "save_made__reason", "redaction_id",
)  # fmt: skip


def plan_of(force: Force, pack: Pack) -> Plan | None:
    """The plan that a force works on for a toolkit; None where it has started none."""
    return Plan.objects.open().select_related("force").filter(force=force, pack=pack.id).first()


def document_of(plan: Plan, version: int | None = None) -> Document:
    """What stands in a plan, or stood in it at an earlier version. Four queries, however large the plan.

    A fifth only where the plan names somebody who was removed from the force: they stay nameable.
    """
    texts = Text.objects.filter(plan=plan)
    things = Thing.objects.filter(plan=plan).order_by("pk")
    if version is None:
        texts = texts.filter(is_current=True)
    else:
        texts = texts.filter(save_made__number__lte=version).order_by("version")
        things = things.filter(made_in__number__lte=version)
    stands = dict(placed(texts))
    return Document(
        force=plan.force_id,
        force_name=plan.force.name,
        pack=plan.pack,
        release=plan.release,
        version=plan.saves if version is None else version,
        things={row.key: PlainThing(row.key, row.kind, row.parent) for row in things},
        texts=stands,
        periods=tuple(Period(row.first, row.last, row.due) for row in plan.periods.all()),
        people=_named(people_of(plan.force), stands),
    )


def people_of(force: Force) -> dict[str, str]:
    """Everybody who is or was of a force, by number."""
    found = Membership.objects.filter(force=force).values_list("user_id", "user__name")
    return {str(number): name for number, name in found}


def _named(people: dict[str, str], stands: Mapping[Place, Written]) -> dict[str, str]:
    """The people of a force, and those whom the plan names and who have been removed from it since."""
    chosen = {each.text for place, each in stands.items() if place.field in _PERSONS and each.text.isdecimal()}
    unknown = chosen - people.keys()
    if not unknown:
        return people
    removed = User.objects.filter(pk__in=unknown).values_list("pk", "name")
    return people | {str(number): name for number, name in removed}


def present(force: Force) -> dict[str, str]:
    """Those of a force who can be named today: not ended, and no inspector, who only reads."""
    found = Membership.objects.current().filter(~Q(role="inspector"), force=force).order_by("user__name")
    return {str(number): name for number, name in found.values_list("user_id", "user__name")}


def placed(texts: QuerySet[Text]) -> Iterator[tuple[Place, Written]]:
    """Each text with its place, in the order of the query."""
    # A plan of years holds thousands of texts: they are read as rows, not as objects of the database's.
    for row in texts.values_list(*_PLACE, *_WRITTEN):
        text, version, by, at, save, reason, redaction = row[len(_PLACE) :]
        yield Place(*row[: len(_PLACE)]), Written(text, version, by, at, save, reason, redaction is not None)


def versions_of(plan: Plan, place: Place) -> tuple[Written, ...]:
    """Everything that ever stood in one place, oldest first."""
    rows = Text.objects.filter(plan=plan, key=place.entry, field=place.field, side=place.side, period=place.period)
    return tuple(written for _place, written in placed(rows.order_by("version")))
