"""What the profile's page shows: what it says in short, the hours, and what stands in the documents."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe

from nvap.documents.profile import Drawing, Grid, ProfileDocument, Section
from nvap.web.accounts.models import Force
from nvap.web.profile import work
from nvap.web.profile.models import ProfileRun

MOST_EARLIER = 20


@dataclass(frozen=True)
class Shown:
    """A picture on the page, wide and narrow."""

    wide: SafeString
    narrow: SafeString


@dataclass(frozen=True)
class ProfilePage:
    """The page of one profile. `told` is None where its files are gone."""

    run: ProfileRun
    told: ProfileDocument | None

    @property
    def hours(self) -> Section | None:
        """The hours by shift and weekday."""
        return self.told.section("hours") if self.told else None

    @property
    def picture(self) -> Shown | None:
        """The hours as a picture."""
        drawings = self.hours.drawings if self.hours else ()
        return _shown(drawings[0]) if drawings else None

    @property
    def at_a_glance(self) -> Grid | None:
        """The hours by weekday and shift, in one small table."""
        return self._grid("hours-matrix")

    @property
    def whole(self) -> Grid | None:
        """The hours with all that must be read with them."""
        return self._grid("hours-table")

    @property
    def ahead(self) -> Section | None:
        """The weeks ahead."""
        return self.told.section("ahead") if self.told else None

    def _grid(self, id_: str) -> Grid | None:
        grids = self.hours.grids if self.hours else ()
        return next((each for each in grids if each.id == id_), None)


def page_of(run: ProfileRun) -> ProfilePage:
    """The page of a profile that is done."""
    return ProfilePage(run, work.told(run))


def newest(force: Force) -> ProfileRun | None:
    """The newest profile whose documents are there."""
    return ProfileRun.objects.filter(force=force).done().first()


def earlier(force: Force) -> QuerySet[ProfileRun]:
    """The profiles that were made, the newest first."""
    return ProfileRun.objects.filter(force=force).done()[:MOST_EARLIER]


def last_asked(force: Force) -> ProfileRun | None:
    """The profile that was asked for last, however far it is."""
    return ProfileRun.objects.filter(force=force).first()


def _shown(drawing: Drawing) -> Shown:
    # Drawn by nvap.charts, which escapes every text.
    return Shown(mark_safe(drawing.svg), mark_safe(drawing.narrow))  # noqa: S308
