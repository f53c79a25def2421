"""The rows of a head as series, one per meter and direction, in the order of their times."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby, pairwise

from wattlake.app.mapping_proposal.head import Head
from wattlake.app.mapping_proposal.numbers import Notation, notation

PERIODS = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)
DAY_MINUTES = 1440
REGULAR = 0.7
STRETCH = 4
MOST_SERIES = 200


@dataclass(frozen=True)
class Series:
    """The rows of a head by whose they are.

    Attributes:
        head: the rows.
        at: their instants.
        keys: whose they are.
    """

    head: Head
    at: Sequence[datetime | None]
    keys: Sequence[tuple[str, ...]]

    @cached_property
    def places(self) -> list[list[int]]:
        """List the places of each series' rows in the order of their times."""
        whose: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for line, (start, key) in enumerate(zip(self.at, self.keys, strict=True)):
            if start is not None:
                whose[key].append(line)
        return [sorted(places, key=self._instant) for places in list(whose.values())[:MOST_SERIES]]

    def _instant(self, line: int) -> datetime:
        return self.at[line] or datetime.min  # noqa: DTZ901

    def numbers(self, column: str, written: Notation | None = None) -> list[list[float]]:
        """List the numbers of a column by series."""
        cells = self.head.cells(column)
        form = written or notation(self.head.column(column))
        listed = [[form.amount(cells[line]) for line in places] for places in self.places]
        return [[number for number in some if number is not None] for some in listed]

    def by_day(self, column: str) -> list[tuple[list[float], list[date]]]:
        """List the numbers of a column by series, with the days that they are of."""
        form = notation(self.head.column(column))
        cells = self.head.cells(column)
        listed = []
        for places in self.places:
            pairs = [(form.amount(cells[line]), self._instant(line).date()) for line in places]
            listed.append(
                ([kwh for kwh, _ in pairs if kwh is not None], [day for kwh, day in pairs if kwh is not None])
            )
        return listed

    @cached_property
    def steps(self) -> list[list[float]]:
        """List the minutes between times, by series."""
        listed = []
        for places in self.places:
            times = [start for start, _ in groupby(self._instant(line) for line in places)]
            listed.append([(later - earlier) / timedelta(minutes=1) for earlier, later in pairwise(times)])
        return listed

    @cached_property
    def minutes(self) -> int:
        """Tell how many minutes the times are usually apart; 0 where they are not regular."""
        counted = Counter(step for steps in self.steps for step in steps)
        if not counted:
            return 0
        usual, count = counted.most_common(1)[0]
        regular = sum(number for step, number in counted.items() if step % usual == 0 or step in PERIODS)
        return int(usual) if usual == int(usual) and regular >= REGULAR * counted.total() and count > 0 else 0

    @cached_property
    def stretches(self) -> set[int]:
        """List the minutes of all stretches of even steps, of those that an interval can have."""
        runs = [(step, len(list(run))) for steps in self.steps for step, run in groupby(steps)]
        return {int(step) for step, length in runs if step in PERIODS and length >= STRETCH}
