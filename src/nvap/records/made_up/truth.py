"""The made-up force's hidden truth: what an ideal reading of the files would find, gathered while they are made.

truth/truth.json          counts by month, rule and as-at date; the fate of every file's rows; repeat contact; outcomes
truth/incidents.parquet   one row a log: what it truly was, when it was flagged, which event it belongs to
truth/crimes.parquet      one row a crime: its outcome, and the one it would have had
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import parquet

from nvap.records.made_up.as_read import AsRead
from nvap.records.made_up.clock import DAY, NEVER, Mask, Seconds, to_local
from nvap.records.made_up.crimes import AMBIGUOUS, FACTORS, Crimes
from nvap.records.made_up.deployments import Deployments
from nvap.records.made_up.detentions import PLACES, VEHICLES, Detentions
from nvap.records.made_up.events import KIND_CODES, Events, people_pool
from nvap.records.made_up.files import TRUTH, ExtractWriter
from nvap.records.made_up.logs import COUNTED_DISPOSALS, DISPOSALS, Logs, State
from nvap.records.made_up.shape import MONTHS, Shape, changes
from nvap.records.made_up.tallies import Tallies
from nvap.records.made_up.workforce import REQUIREMENTS, Person, in_post, standing
from nvap.records.workspace import write_json

_COUNTED = np.isin(DISPOSALS, COUNTED_DISPOSALS)


class Truth:
    """The truth so far; `write` leaves it beside the files."""

    def __init__(self, shape: Shape, folder: Path) -> None:
        self._shape = shape
        self._folder = folder / TRUTH
        self.tallies = Tallies()
        self.months: list[dict[str, Any]] = []
        self.counts: list[dict[str, Any]] = []
        self.detentions: list[dict[str, Any]] = []
        self.deployments: list[dict[str, Any]] = []
        self.outcomes: Counter[tuple[str, str, int]] = Counter()
        self.displaced: Counter[str] = Counter()
        self.by_area: dict[str, Counter[str]] = {}
        self.as_read = AsRead(shape)
        self._sent: tuple[Deployments, Mask] | None = None
        self._people = np.zeros(people_pool(shape), dtype=np.int64)
        self._places = np.zeros(shape.size.logs_a_year + 1, dtype=np.int64)
        self._contacts: list[npt.NDArray[np.int64]] = []
        self._incidents: parquet.ParquetWriter | None = None
        self._crimes: parquet.ParquetWriter | None = None

    def month_made(self, events: Events, logs: Logs, urns: pa.Array) -> None:
        """Note what truly happened in a month, and what was lost of it."""
        written = ~events.lost[logs.event]
        ill = events.mental_health
        self.months.append(
            {
                "month": self._shape.month_name(events.month),
                "events": len(events),
                "mental_health_events": int(ill.sum()),
                "detained_events": int(events.detained.sum()),
                "logs_made": len(logs),
                "logs_lost_in_the_outage": int((~written).sum()),
                "further_logs_of_an_event": int((~logs.first & written).sum()),
                "further_logs_never_marked": int((~logs.first & written & (logs.duplicate_at == NEVER)).sum()),
                "logs_closed_at_a_filled_in_midnight": int((logs.midnight & written).sum()),
                "logs_without_a_closing_time": int(((logs.shown_closed == NEVER) & written).sum()),
            }
        )
        self._people += np.bincount(events.person[ill], minlength=len(self._people))
        self._places += np.bincount(events.place[ill], minlength=len(self._places))[: len(self._places)]
        self._contacts.append(np.stack((events.person[ill], events.created[ill] // DAY)))
        self._write_incidents(events, logs, urns)

    def counted(self, as_at: str, events: Events, logs: Logs, state: State, *, present: Mask, detained: Mask) -> None:
        """Note a month's counts as at a date: `present` logs are loaded and not withdrawn, `detained` are linked."""
        counted = present & _COUNTED[state.disposal]
        closure = state.at_closure
        opening = logs.opening == KIND_CODES.index("MHC")
        either = np.where(opening | (closure == 1), 1, closure)
        linked = (either == 1) | (logs.linked == 1) | detained
        every = np.where(linked, 1, np.where((either == -1) | (logs.linked == -1), -1, 0))
        ill = counted & events.mental_health[logs.event]
        entry: dict[str, Any] = {
            "as_at": as_at,
            "month": self._shape.month_name(logs.month),
            "logs": int(present.sum()),
            "counted": int(counted.sum()),
            "truly_mental_health": int(ill.sum()),
            "truly_mental_health_and_flagged": int((ill & (closure == 1)).sum()),
        }
        for rule, answers in (("R1", closure), ("R2", either), ("R3", every)):
            entry[rule] = {
                "yes": int((counted & (answers == 1)).sum()),
                "no": int((counted & (answers == 0)).sum()),
                "unknown": int((counted & (answers == -1)).sum()),
            }
        self.counts.append(entry)

    def read_at_the_end(self, events: Events, logs: Logs, state: State, *, present: Mask, names: pa.Array) -> None:
        """Keep how a month's logs read at the end, with the deployments that were noted before."""
        if self._sent is not None:
            self.as_read.add(events, logs, state, present=present, names=names, sent=self._sent)

    def area_counted(self, logs: Logs, state: State, present: Mask, areas: npt.NDArray[Any]) -> None:
        """Note counted logs and those flagged at closure by area, as at the last date."""
        counted = present & _COUNTED[state.disposal]
        for name in np.unique(areas[counted]):
            here = counted & (areas == name)
            found = self.by_area.setdefault(str(name), Counter())
            found["counted"] += int(here.sum())
            found["R1"] += int((here & (state.at_closure == 1)).sum())

    def detained(self, month: str, detentions: Detentions, kept: Mask) -> None:
        """Note the detentions of a month (its own, by local date) that load."""
        place, vehicle = detentions.place[kept], detentions.vehicle[kept]
        self.detentions.append(
            {
                "month_of_event": month,
                "detentions": int(kept.sum()),
                "first_place_of_safety": {name: int((place == at).sum()) for at, name in enumerate(PLACES)},
                "conveyance": {name: int((vehicle == at).sum()) for at, name in enumerate(VEHICLES)},
            }
        )

    def deployed(self, month: str, deployments: Deployments, ill: Mask, kept: Mask) -> None:
        """Note the hours of a month's deployments (by its events' month): the true ones, and those by the stamps."""
        self._sent = (deployments, kept)
        entry: dict[str, Any] = {"month_of_event": month, "deployments": int(kept.sum())}
        d = deployments
        met = kept & ~d.stood_down
        for name, group in (("mental_health", met & ill), ("other", met & ~ill)):
            stamped = group & ~d.open_ended
            true = (d.cleared - d.arrived)[group] * d.officers[group]
            shown = (d.shown_cleared - d.arrived)[stamped] * d.officers[stamped]
            entry[name] = {
                "attended": int(group.sum()),
                "no_clearing_time": int((group & d.open_ended).sum()),
                "cleared_at_a_filled_in_midnight": int((group & d.midnight).sum()),
                "true_officer_hours_at_scene": round(float(true.sum()) / 3600, 2),
                "officer_hours_at_scene_by_the_stamps": round(float(shown.sum()) / 3600, 2),
            }
        self.deployments.append(entry)

    def crimes_made(self, crimes: Crimes, refs: pa.Array, kept: Mask, given: Mask) -> None:
        """Note the outcomes of crimes that load (`kept`), by the month in which each was given, as at the last date."""
        months = _month_texts(crimes.outcome_at)
        told = kept & given
        for month, factor, outcome in zip(months[told], crimes.factor[told], crimes.outcome[told], strict=True):
            self.outcomes[str(month), FACTORS[factor], int(outcome)] += 1
        for month in months[kept & given & crimes.displaced]:
            self.displaced[str(month)] += 1
        self.as_read.add_crimes(crimes, refs, kept)
        self._write_crimes(crimes, refs, kept, given)

    def write(self, writers: list[ExtractWriter], people: list[Person]) -> None:
        """Leave truth.json and close the Parquet files."""
        for writer in (self._incidents, self._crimes):
            if writer:
                writer.close()
        content = {
            "made_up": True,
            "note": "The hidden truth of a made-up force. Nothing here is real.",
            "size": self._shape.size_name,
            "seed": self._shape.seed,
            "first_month": self._shape.month_name(0),
            "last_month": self._shape.month_name(MONTHS - 1),
            "changes": changes(self._shape),
            "files": [_fate(writer) for writer in writers],
            "months": self.months,
            "counts": self.counts,
            "areas_as_at_the_end": {name: dict(found) for name, found in sorted(self.by_area.items())},
            "repeat_contact": self._repeats(),
            "detentions": self.detentions,
            "deployments": self.deployments,
            "outcomes": self._outcome_months(),
            "training": list(_standings(self._shape, people)),
            "measures": self.tallies.found,
            "as_read": self.as_read.found(self.tallies.facts),
        }
        write_json(self._folder / "truth.json", content)

    def _repeats(self) -> dict[str, Any]:
        """How concentrated true mental-health events are, on people and on places."""
        contacts = np.concatenate(self._contacts, axis=1)
        order = np.lexsort((contacts[1], contacts[0]))
        person, day = contacts[0][order], contacts[1][order]
        within = (person[2:] == person[:-2]) & (day[2:] - day[:-2] <= 90)
        answer: dict[str, Any] = {"people_with_three_in_90_days": len(np.unique(person[2:][within]))}
        for name, found in (("people", self._people), ("places", self._places)):
            ranked = np.sort(found[found > 0])[::-1]
            answer[name] = {
                "with_one_or_more": len(ranked),
                "with_two_or_more": int((ranked > 1).sum()),
                "events": int(ranked.sum()),
                "events_of_the_top_five": int(ranked[:5].sum()),
                "events_of_the_top_hundredth": int(ranked[: -(-len(ranked) // 100)].sum()),
            }
        return answer

    def _outcome_months(self) -> list[dict[str, Any]]:
        words = {"S": "suspect", "V": "victim", "B": "both", "N": "none", "U": "unknown"}
        months: dict[str, dict[str, Any]] = {}
        for (month, factor, code), found in sorted(self.outcomes.items()):
            entry = months.setdefault(month, {"month": month, "displaced": self.displaced[month]})
            entry.setdefault(words[factor], {})["ambiguous" if code == AMBIGUOUS else str(code)] = found
        return list(months.values())

    def _write_incidents(self, events: Events, logs: Logs, urns: pa.Array) -> None:
        leading = urns.take(pa.array(logs.leading[logs.event]))
        table = pa.table(
            {
                "incident_urn": urns,
                "event": leading,
                "created_utc": _instants(logs.created),
                "first_log": pa.array(logs.first),
                "mental_health": pa.array(events.mental_health[logs.event]),
                "detained": pa.array(events.detained[logs.event]),
                "flagged_at_utc": _instants(logs.flagged_at),
                "falsely_flagged": pa.array(logs.falsely_flagged),
                "marked_duplicate_at_utc": _instants(logs.duplicate_at),
                "restated_at_utc": _instants(logs.restated_at),
                "person": pa.array(np.where(events.person < 0, -1, events.person)[logs.event]),
                "place": pa.array(events.place[logs.event]),
                "other_force": pa.array(events.other_force[logs.event]),
                "lost_in_the_outage": pa.array(events.lost[logs.event]),
                "withdrawn_from_the_quarter_again": pa.array(logs.withdrawn),
            }
        )
        self._incidents = self._incidents or _writer(self._folder / "incidents.parquet", table)
        self._incidents.write_table(table)

    def _write_crimes(self, crimes: Crimes, refs: pa.Array, kept: Mask, given: Mask) -> None:
        table = pa.table(
            {
                "crime_ref": refs,
                "outcome": pa.array(crimes.outcome),
                "would_have_been": pa.array(crimes.would_have_been),
                "displaced": pa.array(crimes.displaced),
                "suspect_factor": pa.array(np.isin(crimes.factor, (1, 3))),
                "outcome_at_utc": _instants(crimes.outcome_at),
                "loads": pa.array(kept),
                "outcome_given_as_at_the_end": pa.array(given),
            }
        )
        self._crimes = self._crimes or _writer(self._folder / "crimes.parquet", table)
        self._crimes.write_table(table)


def _writer(path: Path, table: pa.Table) -> parquet.ParquetWriter:
    return parquet.ParquetWriter(path, table.schema.with_metadata({"made_up": "true"}), compression="zstd")


def _instants(utc: Seconds) -> pa.Array:
    return pa.array(utc, mask=utc >= NEVER).cast(pa.timestamp("s"))


def _month_texts(utc: Seconds) -> npt.NDArray[np.str_]:
    local = to_local(np.where(utc >= NEVER, 0, utc))
    return np.datetime_as_string(local.astype("datetime64[s]").astype("datetime64[M]"))


def _fate(writer: ExtractWriter) -> dict[str, Any]:
    tally = writer.tally
    return {
        "file": writer.made.path.name,
        "table": writer.contract_table,
        "as_at": str(writer.as_at),
        "read": tally.read,
        "loaded": tally.loaded,
        "identical_duplicates": tally.identical,
        "excluded": dict(sorted(tally.excluded.items())),
        "set_aside": [
            {"rule": rule, "column": column, "rows": rows} for (rule, column), rows in sorted(tally.set_aside.items())
        ],
        "shown_twice_by_the_clock": dict(sorted(tally.shown_twice.items())),
        "spoiled": dict(sorted(tally.spoiled.items())),
    }


def _standings(shape: Shape, people: list[Person]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for month in range(MONTHS):
        day = shape.month(month)
        for requirement in REQUIREMENTS:
            there = [each for each in people if each.role == requirement.role and in_post(each, day)]
            answers = Counter(standing(each, requirement, day) for each in there)
            entry = {"day": str(day), "role": requirement.role, "in_post": len(there)}
            found.append({**entry, **dict(sorted(answers.items()))})
    return found
