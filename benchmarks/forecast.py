"""Forecasts: what training and a day's forecast cost for a community of the real set's size, and its features alone."""

from collections.abc import Mapping

from benchmarks import tables
from benchmarks.bench import Bench, Size, Step, scaled
from benchmarks.community import NOTE, THIRTEEN_MONTHS, built_lake
from benchmarks.results import Result, Table, Target
from benchmarks.told import asked

MODELS = """
    select
        target,
        forecaster,
        status,
        series,
        round((metrics ->> 'mase')::double, 3),
        round((metrics ->> 'coverage_95_pct')::double, 1)
    from ops.model
    order by model_id
"""
NOTES = (
    NOTE,
    "`wattlake train` trains load, solar and price on all but the last four weeks, forecasts those day by day, "
    "calibrates and registers. `wattlake forecast` issues the next 24 hours of all members, zones and the price, "
    "advises, scores and checks. The features are those of the load, of all members and 24 hours, by "
    "`features_as_of`.",
    "Every command is a process of its own with DuckDB's limit at 3 GB; its time has the start of Python in it. "
    "Simulated data does not tell how good the models are; what they came to shows that they were trained.",
)


def measure_forecast(bench: Bench, result: Result, size: Size | None = None) -> None:
    """Measure training, forecasting and the features of one issue.

    Args:
        bench: the run.
        result: takes what was found.
        size: of the community; that of London over thirteen months, scaled, where none is given.

    Raises:
        StepFailedError: a step ended with an error.
    """
    size = size or scaled(THIRTEEN_MONTHS, bench.scale)
    lake = built_lake(bench, size)
    at = size.until.isoformat()
    trained = bench.wattlake("train", "train", "--now", at, lake=lake)
    issued = bench.wattlake("forecast", "forecast", "--now", at, lake=lake)
    featured = bench.python("features of one issue", "features_job", at, lake=lake)
    result.notes += NOTES
    result.targets += _targets(trained, issued, featured)
    result.tables += [_models(lake), tables.steps(bench.steps)]


def _targets(trained: Step, issued: Step, featured: Step) -> list[Target]:
    return [
        Target("training and calibrating load, solar and price", trained.cost.seconds, "s", 900),
        Target("peak memory of that", trained.cost.peak_bytes / 1e9, "GB", 6),
        Target("forecasting a day", issued.cost.seconds, "s", 60),
        Target("features of one issue", featured.cost.seconds, "s", 10),
    ]


def _models(lake: Mapping[str, str]) -> Table:
    columns = ("target", "forecaster", "status", "series", "MASE", "95 % holds")
    return Table("What was trained", columns, asked(lake, MODELS))
