"""The times of values that are numbered from a start, as in the documents of IEC 62325."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from wattlake.tasks.own_sources.rest.reading import Series
from wattlake.tasks.own_sources.rest.records import Record
from wattlake.tasks.sources._answer import Answer

DURATION = re.compile(r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?")
IN_UTC = "%Y-%m-%dT%H:%M:%SZ"
MOST_STEPS = 100_000

Row = dict[str, Any]


@dataclass(frozen=True)
class _Timed:
    """A series and a row's number in it."""

    start: datetime
    step: timedelta
    end: datetime | None
    position: int

    @property
    def series(self) -> tuple[datetime, timedelta, datetime | None]:
        return self.start, self.step, self.end

    def at(self, position: int) -> Row:
        """Write the time of a position."""
        begin = self.start + (position - 1) * self.step
        return {"start": begin.strftime(IN_UTC), "minutes": str(int(self.step.total_seconds() // 60))}


def in_time(answer: Answer, records: Sequence[Record], rows: Sequence[Row], series: Series) -> list[Row]:
    """Give rows their times, in columns ``start`` and ``minutes``, and repeat what was omitted.

    Raises:
        ValueError: a series' start, step or end, or a row's position, is none.
    """
    timed = [_timed(answer, record, series) for record in records]
    if not series.omitted:
        return [each.at(each.position) | row for each, row in zip(timed, rows, strict=True)]
    return [row for number in range(len(timed)) for row in _repeated(timed, rows, number)]


def _repeated(timed: Sequence[_Timed], rows: Sequence[Row], number: int) -> Iterator[Row]:
    """Give a row at its position and at those after it that were left out."""
    this = timed[number]
    following = timed[number + 1] if number + 1 < len(timed) else None
    if following and following.series == this.series and following.position > this.position:
        end = following.position
    else:
        end = this.position + 1 if this.end is None else (this.end - this.start) // this.step + 1
    for position in range(this.position, end):
        yield this.at(position) | rows[number]


def _timed(answer: Answer, record: Record, series: Series) -> _Timed:
    step = _step(record.at(series.step))
    start = _instant(record.at(series.start))
    end = _instant(record.at(series.end)) if series.end else None
    position = record.at(series.position)
    wrong = {
        series.start: start is None,
        series.step: step is None,
        series.end: bool(series.end) and end is None,
        series.position: not str(position).isdecimal() or int(position) < 1,
    }
    if start is None or step is None or any(wrong.values()):
        path = next(path for path, is_wrong in wrong.items() if is_wrong)
        raise answer.wrong(f"the times of a series: an instant, a step, a number from 1; `{path}` is none")
    timed = _Timed(start, step, end, int(position))
    if int(position) > MOST_STEPS or (end and (end - start) // step > MOST_STEPS):
        raise answer.wrong(f"a series of at most {MOST_STEPS:,} steps")
    return timed


def _instant(text: Any) -> datetime | None:  # noqa: ANN401
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return instant.astimezone(UTC) if instant.tzinfo else None


def _step(text: Any) -> timedelta | None:  # noqa: ANN401
    match = DURATION.fullmatch(text) if isinstance(text, str) else None
    parts = {unit: int(number) for unit, number in match.groupdict().items() if number} if match else {}
    return timedelta(**parts) or None
