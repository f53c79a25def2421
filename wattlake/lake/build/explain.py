"""Explain the plan of a build: what happens to each table, and the reason."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from wattlake.lake.build.actions import (
    Action,
    CompareDays,
    CompareRows,
    DefineView,
    ReplaceDays,
    ReplaceRows,
    TakeLandings,
    described,
)


class Line(NamedTuple):
    """One line of the explanation.

    Attributes:
        table: the table.
        action: ``replace``; ``compare`` where it is replaced only as far as it turns out to differ; ``read`` where
            landings replace nothing, as far as the plan goes; ``define`` a view.
        first_day: the first of its days; ``None`` where the table has no periods.
        last_day: the last of them.
        days: how many they are.
        why: what makes it so.
    """

    table: str
    action: str
    first_day: date | None
    last_day: date | None
    days: int | None
    why: str


def explained(actions: Iterable[Action]) -> list[Line]:
    """Explain a plan, line by line."""
    actions = list(actions)
    replaced = {action.table for action in actions if isinstance(action, ReplaceDays | ReplaceRows)}
    takes = [action for action in actions if isinstance(action, TakeLandings) and action.landings]
    return [
        *_without_effect([take for take in takes if take.table not in replaced]),
        *(_line(action) for action in actions if not isinstance(action, TakeLandings)),
    ]


def _without_effect(takes: list[TakeLandings]) -> Iterator[Line]:
    for table in dict.fromkeys(take.table for take in takes):
        why = described([take for take in takes if take.table == table])
        yield Line(table, "read", None, None, None, why)


def _line(action: ReplaceRows | ReplaceDays | CompareDays | CompareRows | DefineView) -> Line:
    if isinstance(action, ReplaceDays | CompareDays):
        name = "replace" if isinstance(action, ReplaceDays) else "compare"
        days = action.days
        return Line(action.table, name, min(days), max(days), len(days), action.why)
    name = {DefineView: "define", CompareRows: "compare", ReplaceRows: "replace"}[type(action)]
    return Line(action.table, name, None, None, None, action.why)
