"""Write the tables' part of the quality page: scores, contract and checks.

What this part shares with the rest of the page is here, too.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

from wattlake.lake.contracts import meaning_of_a_row, spec
from wattlake.lake.quality.report import DIMENSIONS, Finding
from wattlake.lake.quality.trend import line
from wattlake.lake.reports.dictionary import TITLES, told

Days = Sequence[tuple[date, dict[str, float | None]]]
"""Day by day, the score of each dimension."""


def of_table(table: str, checked: Sequence[Finding], days: Days) -> str:
    """Write a table's section: scores over time, columns, and the last results of checks.

    The reader unfolds it.
    """
    wrong, unlikely = sum(finding.is_wrong for finding in checked), sum(finding.is_unlikely for finding in checked)
    chips = chip("fail", f"{wrong} failed") if wrong else ""
    chips += chip("warn", f"{unlikely} to look at") if unlikely else ""
    chips = chips or (chip("good", "in order") if checked else chip("none", "not checked"))
    keyed = ", ".join(f"<code>{escape(name)}</code>" for name in spec(table).key)
    return (
        f'<details><summary><span class="name">{escape(table)}</span>{chips}'
        f'<span class="rest">{len(checked)} check{"" if len(checked) == 1 else "s"}</span></summary>'
        f'<div class="inside"><p>{escape(meaning_of_a_row(table))}'
        f"{f' Key: {keyed}.' if keyed else ''}</p>{_scores(days)}{_contract(table)}{_checks(checked)}</div></details>"
    )


def _scores(days: Days) -> str:
    if not days:
        return '<p class="soft">No build has checked it yet.</p>'
    tiles = "".join(
        f'<div class="tile"><span>{name.capitalize()}</span><b>{percent(days[-1][1].get(name))}</b>'
        f"{line([day for day, _ in days], [ratios.get(name) for _, ratios in days], name)}</div>"
        for name in DIMENSIONS
    )
    return f'<div class="tiles">{tiles}</div>'


def _contract(table: str) -> str:
    rows = [(f"<code>{escape(name)}</code>", *map(escape, rest)) for name, *rest in told(table)]
    return _rows(TITLES, rows)


def _checks(checked: Sequence[Finding]) -> str:
    rows = [
        (
            verdict(finding),
            escape(finding.check_name),
            escape(finding.dimension or ""),
            f"{finding.rows_failing:,}",
            f"{finding.rows_seen:,}",
            f"{finding.checked_at_utc:%Y-%m-%d %H:%M}",
        )
        for finding in checked
    ]
    return (
        _rows(("", "check", "dimension", "found", "looked at", "last run, UTC"), rows, numbers=(3, 4)) if rows else ""
    )


def _rows(titles: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Write a table of cells that are HTML already."""
    kind = [' class="number"' if position in numbers else "" for position in range(len(titles))]
    head = "".join(f"<th{kind[position]}>{title}</th>" for position, title in enumerate(titles))
    body = "".join(
        f"<tr>{''.join(f'<td{kind[position]}>{cell}</td>' for position, cell in enumerate(row))}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def verdict(finding: Finding) -> str:
    """Write a chip that says what a finding means."""
    if not finding.rows_failing:
        return chip("good", "in order") if finding.rows_seen else chip("none", "nothing seen")
    return chip("fail", "failed") if finding.is_wrong else chip("warn", "look")


def chip(kind: str, words: str) -> str:
    """Write a few words in a colour: ``fail``, ``warn``, ``good`` or ``none``."""
    return f'<span class="chip {kind}">{escape(words)}</span>'


def percent(ratio: float | None) -> str:
    """Write a score in percent.

    Only what is flawless is 100 %, and what was not checked is a dash.
    """
    if ratio is None:
        return "–"
    return "100 %" if ratio == 1 else f"{math.floor(ratio * 10_000) / 100:.2f} %"
