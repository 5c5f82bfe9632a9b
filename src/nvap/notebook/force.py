"""One force of one workspace: what a notebook asks of it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nvap.documents.pictures import Line
from nvap.errors import NotEnoughData, UsageFault
from nvap.measures import asking, results
from nvap.measures.readiness import readiness as readiness_of
from nvap.measures.results import StoredRun
from nvap.measures.run import run
from nvap.measures.week import hours_of_week
from nvap.notebook.chart import Asked, Chart, chart_of, part_of, week_chart
from nvap.notebook.loading import Checked, Loaded, Loads
from nvap.notebook.measured import Measured
from nvap.notebook.published import Published, published_beside
from nvap.notebook.ready import Ready
from nvap.notebook.shown import in_python
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records import learned, suggest
from nvap.records import load as loading
from nvap.records import workspace as workspaces
from nvap.records.contract import contract
from nvap.records.counting_rule import own_rules, rule_name
from nvap.records.store import all_batches, batches

Day = str | datetime.date | None
Days = tuple[datetime.date | None, datetime.date | None]


@dataclass(frozen=True)
class Force:
    """A force to load, check, measure and chart; `nvap.open` and `nvap.make` give one.

    `workspace` is the workspace that holds it, `held` its code, name, time zone and folder, `pack` the id of the
    toolkit pack whose measures are meant.
    """

    workspace: workspaces.Workspace
    held: workspaces.Force
    pack: str = DEFAULT

    @property
    def code(self) -> str:
        """The force's code, which also names its folder."""
        return self.held.code

    @property
    def name(self) -> str:
        """The force's name in words."""
        return self.held.name

    def __repr__(self) -> str:
        return f"{self.name} ({self.code}) in the {self.workspace.kind} workspace {self.workspace.path}"

    def check(
        self, file: str | Path, mapping: str | Path, *, table: str | None = None, list_to: str | Path | None = None
    ) -> Checked:
        """Say what a load of a file would do; nothing is stored and no key is needed.

        Args:
            file: the extract: CSV, XLSX or Parquet.
            mapping: the mapping file (YAML).
            table: the contract table, where the mapping does not name it.
            list_to: a CSV file to write, with the row, column and rule of every row that would be set aside.

        Raises:
            FileRefused: where nothing of the file can be read; the message says why.
            InputFault: where the mapping has faults; each is named with its line.
            UsageFault: where a path or table is none.
        """
        where = _out(list_to) if list_to is not None else None
        found = loading.check(_file(file), _file(mapping), table=_table(table), force=self.held, list_to=where)
        return Checked(found)

    def load(
        self,
        file: str | Path,
        mapping: str | Path | None = None,
        *,
        table: str | None = None,
        as_at: Day = None,
        by: str | None = None,
    ) -> Loaded:
        """Store a file as one batch; the same file under the same mapping is stored once.

        The mapping is kept in the force's folder, where `suggest` learns from it.

        Args:
            file: the extract (CSV, XLSX, Parquet), or a file that `nvap prepare` wrote.
            mapping: the mapping file (YAML); none for a prepared file.
            table: the contract table, where the mapping does not name it.
            as_at: the day the extract stands at, as 2026-11-01; None takes the mapping's, else today.
            by: who loads; None takes the system's user.

        Raises:
            Refused: where practice and real would cross, or the table is being loaded by somebody else.
            FileRefused: where nothing of the file can be loaded.
            InputFault: where the mapping has faults.
        """
        path, by_mapping = _file(file), _file(mapping) if mapping is not None else None
        day = _last(as_at, "as_at")
        batch = loading.load(self.workspace, self.held, path, by_mapping, table=_table(table), as_at=day, by=by)
        return Loaded(batch, path.name)

    def loads(self, table: str | None = None) -> Loads:
        """What is loaded, of one table or of all; within a table the last one wins.

        Raises UsageFault for a table that the contract does not have.
        """
        found = all_batches(self.held) if table is None else batches(self.held, contract(table).name)
        return Loads(tuple(found))

    def suggest(self, file: str | Path, table: str) -> str:
        """The draft of a mapping for a file, from the force's earlier mappings, the names and the values.

        Args:
            file: an extract: CSV, XLSX or Parquet.
            table: the contract table that it should fill.

        Returns:
            The mapping's YAML; write it to a file and finish what it marks CHECK and OPEN.

        Raises:
            FileRefused: where nothing of the file can be read; the message says why.
            UsageFault: where the path or the table is none.
        """
        described = contract(table)
        return suggest.draft(_file(file), described, learned.of_force(self.held, described))

    def readiness(self, *, as_at: Day = None, rule: str | None = None) -> Ready:
        """What each measure can be computed from, and what is missing.

        Args:
            as_at: as at this day; None takes all that is loaded.
            rule: a counting rule by id or name; None takes each measure's first.

        Returns:
            A line for each measure of the pack: computable, partly or not, with what is missing.

        Raises:
            UsageFault: for a day or a rule that is none; the message names the nearest.
        """
        found = readiness_of(
            self.workspace,
            self.held,
            some_measures(self.pack),
            _last(as_at, "as_at"),
            rule=asking.read_rule(rule, own_rules(self.held.folder)) if rule else None,
        )
        return Ready(tuple(found))

    def measure(
        self,
        measures: str | Sequence[str] = (),
        *,
        by: str | Sequence[str] = "month",
        start: Day = None,
        end: Day = None,
        rule: str = "R1",
        as_at: Day = None,
    ) -> Measured:
        """Compute measures.

        Args:
            measures: a measure's id or several, such as `D02` or `["D01", "D02"]`; none takes all of the pack.
            by: month, quarter, year or whole; area; breakdowns. As in `month,area`.
            start: the first day, as 2024, 2024-01 or 2024-01-15; None takes all that is held.
            end: the last day, included.
            rule: R1, R2, R3, or a name such as `at opening or closure`.
            as_at: answer as at this day; None takes all that is loaded.

        Returns:
            The rows, with `.table` (a pyarrow.Table), `.provenance` and `.sql`. They are not stored: see `store`.

        Raises:
            UsageFault: for a wrong question; the message names what is allowed and the nearest.
            NotEnoughData: where nothing is loaded. What one measure cannot answer is a row with its reason.
        """
        wanted = [measures] if isinstance(measures, str) else list(measures)
        with in_python():
            chosen = some_measures(self.pack, wanted)
            self._check_loaded()
            found = run(
                self.workspace,
                self.held,
                wanted,
                start=_first(start),
                end=_last(end, "end"),
                by=by,
                rule=rule,
                as_at=_last(as_at, "as_at"),
                pack=chosen,
            )
        return Measured(found, dict(chosen.measures))

    def store(self, found: Measured) -> StoredRun:
        """Keep the rows that `measure` found in the workspace, where the web and `nvap results` find them.

        Returns the stored run, with `.id`.

        Raises InputFault where the disk does not take them; nothing of the run stays then.
        """
        return results.store(self.held, found.table)

    def chart(
        self,
        measure: str,
        *,
        part: str | None = None,
        area: str | None = None,
        by: str | None = None,
        category: str | None = None,
        group: str | None = None,
        start: Day = None,
        end: Day = None,
        rule: str = "R1",
        as_at: Day = None,
    ) -> Chart:
        """Draw a measure; the engine decides which chart, and says why.

        Args:
            measure: the measure's id.
            part: which number of the measure; None takes the first.
            area: one area's own chart; None takes the whole force.
            by: month, quarter or year for a control chart (or a mix over time); area for a funnel; month,area for small
                multiples; week for its hours as a heat map. None takes month.
            category: one kind of a mix, as a chart of its own.
            group: which group, where a number has several; None takes the first.
            start, end, rule, as_at: as in `measure`.

        Returns:
            The chart: shown in a notebook, saved by `.save("d02.svg")` or `.png`, with `.kind`, `.why` and `.says`.

        Raises:
            UsageFault: for a part, area, group or kind that there is not; the message names those there are.
            NotEnoughData: where there is no number to draw; the message says what is missing.
        """
        if by == "week":
            with in_python():
                return self._week(measure, part, (_first(start), _last(end, "end")), rule, _last(as_at, "as_at"))
        asked = Asked(measure, part, area, by or "month", category, group)
        return chart_of(
            asked, lambda layout: self.measure(measure, by=layout, start=start, end=end, rule=rule, as_at=as_at)
        )

    def published(self, measure: str, *, rule: str = "R1", as_at: Day = None) -> Published:
        """Hold a measure against the published figures that its definition names.

        Args:
            measure: the measure's id.
            rule, as_at: as in `measure`.

        Returns:
            Each published figure with its source, beside the force's own newest whole period of the same length where
            there is one. No verdict: forces count under different rules.

        Raises:
            NotEnoughData: where the measure names no published figure, or nothing is loaded.
            UsageFault: for a measure, a rule or a day that is none; the message names the nearest.
        """
        return published_beside(
            some_measures(self.pack, [measure]),
            lambda layout: self.measure(measure, by=layout, rule=rule, as_at=as_at),
        )

    def _week(self, measure: str, part: str | None, days: Days, rule: str, as_at: datetime.date | None) -> Chart:
        chosen = some_measures(self.pack, [measure])
        self._check_loaded()
        asked, counting = next(iter(chosen.measures.values())), asking.read_rule(rule, own_rules(self.held.folder))
        number = part_of(asked, part)
        found = hours_of_week(self.held, asked, number, rule=counting, start=days[0], end=days[1], as_at=as_at)
        origin = {
            "as_at": found.as_at.isoformat(),
            "pack": chosen.release,
            "origins": list(found.origins),
            "by": "week",
            "rule": counting,
        }
        words = rule_name(counting) if number.uses_rule else ""
        return week_chart(Line(asked, number, (), origin, rule_words=words), found)

    def _check_loaded(self) -> None:
        if not any((self.held.folder / "batches").glob("*/*/batch.json")):
            raise NotEnoughData(
                f"{self.name} ({self.code}) holds no extract yet; load one with force.load(file, mapping)."
            )


def _file(given: str | Path) -> Path:
    return Path(given).expanduser()


def _out(given: str | Path) -> Path:
    path = _file(given)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UsageFault(f"list_to must be a file in a folder that exists; found {path}.")
    return path


def _table(name: str | None) -> str | None:
    return contract(name).name if name is not None else None


def _first(given: Day) -> datetime.date | None:
    if not isinstance(given, str):
        return given
    asking.last_day(given, "start")
    return asking.first_day(given)


def _last(given: Day, argument: str) -> datetime.date | None:
    return asking.last_day(given, argument) if isinstance(given, str) else given
