"""Local and UTC time of the made-up force, against the machine's own time zone tables."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import numpy as np

from nvap.records.made_up import clock, texts

LONDON = ZoneInfo("Europe/London")


def test_local_time_is_londons_at_every_hour_of_six_years() -> None:
    start, end = clock.seconds(datetime.date(2020, 1, 1)), clock.seconds(datetime.date(2026, 1, 1))
    utc = np.arange(start, end, 1800)

    local = clock.to_local(utc)

    for instant, found in zip(utc.tolist()[::7], local.tolist()[::7], strict=True):
        expected = datetime.datetime.fromtimestamp(instant, LONDON)
        assert found - instant == expected.utcoffset().total_seconds()  # type: ignore[union-attr]


def test_the_repeated_hour_goes_to_both_of_its_instants_and_the_skipped_hour_moves_on() -> None:
    rng = np.random.default_rng(1)
    october = clock.seconds(datetime.date(2025, 10, 26)) + 5400  # 01:30, twice
    march = clock.seconds(datetime.date(2025, 3, 30)) + 5400  # 01:30, never

    repeated = clock.to_utc(np.full(200, october), rng)
    skipped = clock.to_utc(np.full(5, march), rng)

    assert set((october - repeated).tolist()) == {0, 3600}
    assert clock.to_local(skipped).tolist() == [march + 3600] * 5
    assert clock.repeated(np.array([october, march, october + 3600])).tolist() == [True, False, False]


def test_times_are_written_as_a_force_writes_them() -> None:
    summer = int(datetime.datetime(2024, 7, 1, 23, 30, 5, tzinfo=datetime.UTC).timestamp())

    written = texts.moments(np.array([summer, clock.NEVER]))
    numbered = texts.dated_references("MU", clock.to_local(np.array([summer])), np.array([7]), 5)

    assert written.to_pylist() == ["02/07/2024 00:30:05", None]
    assert numbered.to_pylist() == ["MU-20240702-00007"]
    assert texts.references("P", np.array([12, 3]), 4, np.array([True, False])).to_pylist() == ["P0012", None]
    assert texts.codes(("a", None), np.array([0, 1])).to_pylist() == ["a", None]
