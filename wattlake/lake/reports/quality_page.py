"""Write one page for a browser with all that the checks said.

It has scores over time, failing rows, and every table's contract.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from wattlake.lake.quality.report import (
    DIMENSIONS,
    Finding,
    failures_of_last_build,
    findings,
    last_build,
    scores,
    tables_checked,
)
from wattlake.lake.quality.trend import line
from wattlake.lake.reports.quality_tables import Days, chip, of_table, percent, verdict
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake

STYLE = Path(__file__).with_name("page.css")
KEYS_SHOWN = 20
Scores = Mapping[str, Days]


def page(connection: Connection, address: str, now_utc: datetime) -> str:
    """Write the page as HTML; it stands for itself and loads nothing.

    Args:
        connection: with the lake as its current database.
        address: where the lake is, as its settings say.
        now_utc: when the page is made.
    """
    checked, days = findings(connection), scores(connection)
    body = "".join([
        _head(connection, address, now_utc),
        "<h2>Scores over time</h2>", '<div class="tiles">', *_tiles(days), "</div>",
        "<h2>What needs a look</h2>", *_findings([each for each in checked if each.is_wrong or each.is_unlikely]),
        "<h2>Tables</h2>", *(of_table(table, of_it, days.get(table, [])) for table, of_it in tables_checked(checked)),
    ])  # fmt: skip
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Wattlake: quality</title><style>{STYLE.read_text(encoding='utf-8')}</style>"
    )
    return f'<!doctype html><html lang="en"><head>{head}</head><body><main>{body}</main></body></html>\n'


def write_page(lake: Lake, now_utc: datetime) -> Path:
    """Write the page beside the lake's catalog; return its file."""
    file = lake.settings.local_folder / "quality.html"
    file.write_text(page(lake.reader(), lake.settings.data, now_utc), encoding="utf-8")
    return file.resolve()


def _head(connection: Connection, address: str, now_utc: datetime) -> str:
    last, failures = last_build(connection), failures_of_last_build(connection)
    if last is None:
        outcome = chip("none", "no build yet")
    elif failures:
        outcome = chip("fail", f"rolled back: {len(failures)} failed")
    else:
        outcome = chip("good", "committed")
    at = f"The last build checked on {last[1]:%Y-%m-%d %H:%M} UTC was " if last else ""
    return (
        f"<h1>Data quality</h1><p>{at}{outcome}</p>"
        f'<p class="soft">The lake at <code>{escape(address)}</code>; page made on {now_utc:%Y-%m-%d %H:%M} UTC.</p>'
    )


def _tiles(by_table: Scores) -> Iterator[str]:
    """Write a tile for each dimension: its mean over the tables, day by day."""
    days = sorted({day for of_table in by_table.values() for day, _ in of_table})
    by_day = [{table: dict(of_table).get(day, {}) for table, of_table in by_table.items()} for day in days]
    for dimension in DIMENSIONS:
        means = [_mean(ratios.get(dimension) for ratios in of_tables.values()) for of_tables in by_day]
        newest = next((mean for mean in reversed(means) if mean is not None), None)
        yield (
            f'<div class="tile"><span>{dimension.capitalize()}</span><b>{percent(newest)}</b>'
            f"{line(days, means, f'{dimension}, mean of all tables')}</div>"
        )


def _mean(ratios: Iterable[float | None]) -> float | None:
    known = [ratio for ratio in ratios if ratio is not None]
    return sum(known) / len(known) if known else None


def _findings(wrong: Sequence[Finding]) -> Iterator[str]:
    if not wrong:
        yield '<p class="soft">Nothing: every check that ran found all in order.</p>'
    for finding in wrong:
        shown = "".join(f"{escape(json.dumps(key, ensure_ascii=False))}\n" for key in finding.keys[:KEYS_SHOWN])
        more = f'<p class="soft">… and {len(finding.keys) - KEYS_SHOWN} more in ops.check_result</p>'
        yield (
            f"<details{' open' if finding.is_wrong else ''}><summary>{verdict(finding)}"
            f'<span class="name">{escape(finding.table_name)}</span><span>{escape(finding.check_name)}</span>'
            f'<span class="rest">{finding.rows_failing:,} of {finding.rows_seen:,}</span></summary>'
            f'<div class="inside"><p class="soft">{escape(finding.dimension or "")}, checked on '
            f"{finding.checked_at_utc:%Y-%m-%d %H:%M} UTC by build <code>{escape(finding.build)}</code></p>"
            f"{f'<pre>{shown}</pre>' if shown else ''}{more if len(finding.keys) > KEYS_SHOWN else ''}</div></details>"
        )
