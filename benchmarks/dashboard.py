"""The dashboard: how long its pages take through a real browser, what its queries cost, and what it holds in memory."""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

from benchmarks import tables
from benchmarks.bench import LONDON, Bench, Size, scaled
from benchmarks.community import built_lake
from benchmarks.results import Result, Table, Target
from benchmarks.viewer import PAGES, browser_page, peak_gb, seconds_to_see, serving
from wattlake.app.dashboard import filters, period
from wattlake.app.dashboard.period import Days, Window
from wattlake.app.dashboard.queries import (
    community,
    extent,
    forecast,
    impact,
    member,
    models,
    performance,
    pipeline,
    quality,
)
from wattlake.lake.quality.report import findings
from wattlake.lake.reports import footprint, quarantine
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake

WARM_LOOKS = 20
MOST_SECONDS, MOST_COLD_SECONDS, MOST_QUERY_MS, MOST_GB = 1, 3, 400, 1.5
NOTES = (
    "`wattlake simulate` makes the community; its lake is built, settled and forecast. Chromium opens each page by its "
    "address, 1,400 pixels wide, coming from another of the dashboard's. First paint is the frame that has its "
    "heading, drawn is when a chart or table is there and nothing is waited for any more; the browser's own time to "
    "load the application is in both.",
    f"Cold is the first look at a page after the dashboard was started; warm are {WARM_LOOKS} further ones, one after "
    "the other, without anything committed in between.",
    "A query is asked twice on one connection of a process of its own, and the second time counts; of the week, month "
    "and year that end the data, the slowest is shown.",
)


def measure_dashboard(bench: Bench, result: Result, size: Size | None = None) -> None:
    """Measure pages, queries and memory.

    Args:
        bench: the run.
        result: takes what was found.
        size: of the community; London's, scaled, where none is given.

    Raises:
        StepFailedError: a step ended with an error, or there is no browser.
    """
    size = size or scaled(LONDON, bench.scale)
    lake = _settled(bench, size)
    queries = sorted(query_times(lake), key=lambda row: -row[1])
    with serving(lake, bench.work / "logs" / "dashboard") as (address, pid), browser_page() as page:
        looks = {
            title: [seconds_to_see(page, f"{address}/{path}") for _ in range(WARM_LOOKS + 1)]
            for title, path in PAGES.items()
        }
        memory_gb = peak_gb(pid)
    rows = [
        (title, *(round(seconds, 2) for seconds in cold), *map(_p95, zip(*warm, strict=True)))
        for title, (cold, *warm) in looks.items()
    ]
    result.notes += NOTES
    result.targets += _targets(rows, queries[0][1], memory_gb)
    result.tables += [
        Table("Pages", ("page", "cold: first paint s", "drawn s", "warm p95: first paint s", "drawn s"), rows),
        Table("Queries", ("query", "warm ms"), queries),
        tables.steps(bench.steps),
        tables.held(lake),
    ]


def _settled(bench: Bench, size: Size) -> Mapping[str, str]:
    """The lake of a community: landed, built, settled, built again, forecast."""
    lake = built_lake(bench, size)
    last = size.until - timedelta(days=1)
    bench.wattlake("settle", "settle", "--from", f"{size.first_day}", "--to", f"{last}", lake=lake)
    bench.wattlake("build of what was settled", "build", lake=lake)
    bench.wattlake("forecast", "forecast", "--now", size.until.isoformat(), lake=lake)
    return lake


def query_times(lake: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """Each query of the pages, and its milliseconds when it is asked again."""
    settings = Settings(_env_file=None, data=lake["WATTLAKE_DATA"], catalog=lake["WATTLAKE_CATALOG"], threads=2)
    opened = Lake(settings, read_only=True)
    reader = opened.reader()
    settled = extent.settled(reader, lake["WATTLAKE_TIMEZONE"])
    assert settled is not None and settled.whole is not None, "the community was settled"
    known = settled.whole
    for name, ask in (*_of_pages(known, extent.members(reader)[0]), *_of_forecasts(reader)):
        ask(reader)
        started = time.perf_counter()
        ask(reader)
        yield name, round(1000 * (time.perf_counter() - started), 1)
    opened.close()


def _of_pages(known: Days, user_id: str) -> Iterator[tuple[str, Callable[[Connection], object]]]:
    """What the pages ask: of the lake as it is, and of the last week, month and year."""
    for asked in (extent.extent, extent.provenances, extent.zones, extent.members, extent.snapshots, findings):
        yield asked.__name__, asked
    for of_lake in (pipeline.runs, pipeline.freshness, footprint.tables, footprint.layers_over_time, quarantine.counts):
        yield of_lake.__name__, of_lake
    for of_quality in (quality.scores, quality.anomalies_by_day, quality.newest_anomalies, quality.newest_unusual_days):
        yield of_quality.__name__, of_quality
    yield "completeness", lambda con: quality.completeness(con, known.window.to_utc)
    yield "settled", lambda con: extent.settled(con, known.timezone)
    for zoom in ("Week", "Month", "Year"):
        days = period.looked_at(zoom, known.last, known)
        step = filters.STEPS[zoom]
        yield f"totals, {zoom}", lambda con, days=days: community.totals(con, days, [])
        yield f"hours, {zoom}", lambda con, days=days: community.hours(con, days, [])
        yield f"series, {zoom}", lambda con, days=days, step=step: community.series(con, days, [], step)
        yield f"prices, {zoom}", lambda con, days=days, step=step: community.prices(con, days, [], step)
        yield f"top members, {zoom}", lambda con, days=days: performance.top_members(con, days, [], "sold_kwh")
        yield f"zones, {zoom}", lambda con, days=days: performance.zone_volumes(con, days, [])
        yield f"impact, {zoom}", lambda con, days=days: impact.impact(con, days, [])
        yield f"saved carbon, {zoom}", lambda con, days=days: impact.saved_carbon(con, days, [], "day")
        yield f"members' ratios, {zoom}", lambda con, days=days: impact.members(con, days, [])
        yield f"a member's totals, {zoom}", lambda con, days=days: member.totals(con, user_id, days)
        yield f"a member's trades, {zoom}", lambda con, days=days: member.trades(con, user_id, days)
    yield "growth", lambda con: performance.growth(con, known, [])
    yield "mechanisms", lambda con: performance.mechanisms(con, known, [])
    for of_forecasts in (forecast.subjects, models.models):
        yield of_forecasts.__name__, of_forecasts
    yield "errors by lead", lambda con: models.errors_by_lead(con, "consumption")


def _of_forecasts(reader: Connection) -> Iterator[tuple[str, Callable[[Connection], object]]]:
    """What the page of forecasts asks of the newest issue, of all members together and of one."""
    everybody, *_, member = forecast.subjects(reader)
    for subject in (everybody, member):
        issue, *_ = forecast.forecast_issues(reader, subject, "consumption")
        members = forecast.forecast(reader, issue)["members"][0]
        days = Window(issue.issued_at_utc - timedelta(days=3), issue.ends_at_utc)
        yield (
            f"issues of {subject.level}",
            lambda con, subject=subject: forecast.forecast_issues(con, subject, "consumption"),
        )
        yield f"forecast of {subject.level}", lambda con, issue=issue: forecast.forecast(con, issue)
        yield (
            f"actuals of {subject.level}",
            lambda con, subject=subject, members=members, days=days: forecast.actuals(
                con, subject, members, "consumption", days
            ),
        )
    yield "advice", lambda con: forecast.advice(con, issue)
    yield "prices foreseen", lambda con: forecast.prices(con, issue.issued_at_utc)


def _targets(rows: list[tuple[str, float, float, float, float]], slowest_ms: float, memory_gb: float) -> list[Target]:
    return [
        Target("first paint of the slowest page, warm, p95", max(row[3] for row in rows), "s", MOST_SECONDS),
        Target("first paint of the slowest page, cold", max(row[1] for row in rows), "s", MOST_COLD_SECONDS),
        Target("slowest query, warm", slowest_ms, "ms", MOST_QUERY_MS),
        Target("peak memory of the dashboard", memory_gb, "GB", MOST_GB),
    ]


def _p95(seconds: Sequence[float]) -> float:
    """The smallest number that at least 95 % are not beyond."""
    return round(sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1], 2)
