"""What a sample of an extract shows of each column: how many values, which, of which form; nothing of it is stored."""

from __future__ import annotations

import datetime
import itertools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from nvap.records.identifying import NhsNumbers, identifying
from nvap.records.row_texts import FALSE, TRUE
from nvap.records.source import Source

_SAMPLE_ROWS = 50_000
_FEW = 40
_VALUES = 2_000
_LOOKED_AT = 300
_FORMATS = (
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p",
    "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M",
    "%d.%m.%Y", "%d-%b-%Y %H:%M:%S", "%d-%b-%Y %H:%M", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d/%m/%y %H:%M", "%d/%m/%y",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d", "%Y%m%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%d", "%Y-%m", "%Y-%B", "%b-%Y", "%B %Y",
)  # fmt: skip
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?")


@dataclass(eq=False)
class Seen:
    """What a sample shows of one source column. `values` is a part of them where there are `many`."""

    name: str
    rows: int = 0
    filled: int = 0
    different: int = 0
    values: Counter[str] = field(default_factory=Counter)
    many: bool = False
    private: bool = False

    @property
    def few(self) -> bool:
        """Whether the column has few different values, as codes have: some of them stand more than once."""
        return not self.many and 0 < len(self.values) <= _FEW and (len(self.values) < self.filled or self.yes_no)

    @property
    def yes_no(self) -> bool:
        """Whether every value is one of those that read as yes or no."""
        return bool(self.values) and all(value.lower() in (*TRUE, *FALSE) for value in self.values)

    @property
    def unique(self) -> bool:
        """Whether no row lacks a value and no value was seen twice."""
        return self.rows == self.filled == self.different and max(self.values.values(), default=0) == 1

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        looked_at = itertools.islice(self.values, _LOOKED_AT)
        return all(re.fullmatch(r"-?[\d,]+(\.\d+)?", value) for value in looked_at)

    @property
    def form(self) -> str | None:
        """The format of dates or times that every value fits (empty: ISO), or None."""
        return form_of(self.values)

    @property
    def timed(self) -> bool:
        """Whether the values are dates or times and not merely numbers that could be."""
        return not self.numeric and self.form is not None

    def fits(self, form: str) -> bool:
        """Whether every value fits a format."""
        return all(_fits(value, form) for value in self.values)


def look(source: Source) -> list[Seen]:
    """What the first rows of a source show of each of its columns."""
    seen = [Seen(name) for name in source.header]
    nhs = NhsNumbers()
    for batch in source.batches(source.header):
        nhs.look_at(batch, source.header)
        for each in seen:
            _add(each, batch.column(each.name))
        if seen[0].rows >= _SAMPLE_ROWS:
            break
    private = {*identifying(source.header), *nhs.found()}
    for each in seen:
        each.private = each.name in private
    return seen


def _add(seen: Seen, values: pa.Array) -> None:
    texts = pc.utf8_trim_whitespace(values)
    texts = texts.filter(pc.greater(pc.binary_length(texts), 0))
    counted = pc.value_counts(texts)
    seen.rows += len(values)
    seen.filled += len(texts)
    # A stride, since a file in the order of time begins with days of one month.
    step = len(counted) // _VALUES + 1
    seen.many |= step > 1
    known = len(seen.values)
    taken = counted.take(pa.array(range(0, len(counted), step), pa.int64()))
    pairs = zip(taken.field("values").to_pylist(), taken.field("counts").to_pylist(), strict=True)
    for value, count in pairs:
        seen.values[value] += count
    # Across batches exact where all values are kept; else as if no value of one batch stood in another.
    seen.different += len(counted) if seen.many else len(seen.values) - known


def form_of(values: Iterable[str]) -> str | None:
    """The format that every one of the first values fits (empty: ISO), or None; None too where there are no values."""
    sample = list(itertools.islice(values, _LOOKED_AT))
    if not sample:
        return None
    if all(_ISO.fullmatch(value) for value in sample):
        return ""
    return next((form for form in _FORMATS if all(_fits(value, form) for value in sample)), None)


def _fits(value: str, form: str) -> bool:
    try:
        datetime.datetime.strptime(value, form)  # noqa: DTZ007 - only whether it fits
    except ValueError:
        return False
    return True
