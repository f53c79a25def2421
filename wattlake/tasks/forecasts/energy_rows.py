"""Forecasts of energy as rows: from arrays per kWh and kW per kWp to kWh, slot by slot."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from wattlake.lake.settings import Settings
from wattlake.tasks.forecasting.baselines import MONTH_DAYS
from wattlake.tasks.forecasting.days import Floats
from wattlake.tasks.forecasting.forecaster import Forecaster, Issue
from wattlake.tasks.forecasting.misses import COVERAGES, Band
from wattlake.tasks.forecasting.past import mean
from wattlake.tasks.forecasting.targets import MEAN
from wattlake.tasks.forecasts.energy_inputs import COMMUNITY
from wattlake.tasks.forecasts.history import local
from wattlake.tasks.forecasts.inputs import Situation
from wattlake.tasks.forecasts.rows import Stamp, ends_of, slot_rows
from wattlake.tasks.forecasts.serving import Serving

HORIZON = timedelta(hours=24)
KWH = pl.Decimal(18, 6)
WH_PER_KWH = 1000
"""Forecasts are rounded to the watt-hour, their bands outwards: what is finer is noise, and takes room."""
LADDER = ("naive_24h", "naive_168h", "weekday_mean", "clock_mean", "smart_persistence")


def horizon(now: Situation, settings: Settings) -> tuple[list[datetime], list[int]]:
    """List the slots of the next 24 hours, and the slot of the local clock that each is.

    Slots of an hour that the clock skips are not among them.
    """
    slot, days = timedelta(minutes=settings.slot_minutes), now.known.days
    starts = [now.first_slot_utc + number * slot for number in range(HORIZON // slot)]
    clocks = [local(start, settings.timezone) - timedelta(hours=days.first_hour) for start in starts]
    return starts, [(clock.hour * 60 + clock.minute) // settings.slot_minutes for clock in clocks]


def member_rows(
    now: Situation, issue: Issue, bands: Mapping[float, Band], forecaster: Forecaster, stamp: Stamp, settings: Settings
) -> pl.DataFrame:
    """Make the rows of ``gold.forecast``.

    Args:
        now: the situation.
        issue: what is expected.
        bands: the calibrated intervals, by coverage.
        forecaster: of the target.
        stamp: of the issue.
        settings: of the lake.
    """
    starts, slots = horizon(now, settings)
    main = issue.expected[forecaster.main]
    unit = WH_PER_KWH * (np.ones(len(main)) if now.known.weights is None else now.known.weights)[:, None]
    means = issue.expected.get(MEAN, main)
    columns: dict[str, Floats] = {"expected_kwh": np.rint(main * unit), "mean_kwh": np.rint(means * unit)}
    columns |= ends_of(bands, unit, "kwh")
    columns |= {f"{name}_kwh": np.rint(issue.expected[name] * unit) for name in LADDER if name in issue.expected}
    columns["samples"] = (~np.isnan(now.known.days.values[:, -MONTH_DAYS:])).sum(1).astype(np.float64)
    rows = slot_rows(now.known.days.series, "member_id", starts, slots, columns).with_columns(
        tier=pl.Series(issue.tier[:, slots].reshape(-1).tolist(), dtype=pl.String),
        target=pl.lit(forecaster.target),
    )
    missing = [pl.lit(None, KWH).alias(f"{name}_kwh") for name in LADDER if f"{name}_kwh" not in columns]
    return stamp.on(rows.with_columns(*_in_kwh(columns), *missing).join(_provenance(now.register), on="member_id"))


def group_rows(
    now: Situation, issue: Issue, bands: Mapping[float, Band], serving: Serving, forecaster: Forecaster, stamp: Stamp,
    settings: Settings,
) -> pl.DataFrame:  # fmt: skip
    """Make the rows of ``gold.group_forecast``; the arguments are those of ``member_rows``."""
    starts, slots = horizon(now, settings)
    ends = _sum_bands(now, issue, bands, serving, forecaster)
    columns = {
        "expected_kwh": np.rint(issue.sums * WH_PER_KWH),
        **ends_of(ends, np.full((len(issue.sums), 1), float(WH_PER_KWH)), "kwh"),
    }
    simulated = now.register["is_simulated"].to_numpy()
    names = pl.DataFrame(
        {
            "group_id": list(now.known.groups),
            "level": [COMMUNITY if name == COMMUNITY else "zone" for name in now.known.groups],
            "members": [len(group) for group in now.known.groups.values()],
            "provenance": [
                "simulated" if simulated[list(group)].any() else "estimated" for group in now.known.groups.values()
            ],
        }
    )
    rows = slot_rows(tuple(now.known.groups), "group_id", starts, slots, columns)
    return stamp.on(rows.with_columns(*_in_kwh(columns), target=pl.lit(forecaster.target)).join(names, on="group_id"))


def _in_kwh(columns: Mapping[str, Floats]) -> list[pl.Expr]:
    """Make decimals of the columns in whole watt-hours, and whole numbers of the others."""
    whole = [(name, pl.col(name).fill_nan(None).cast(pl.Int64)) for name in columns]
    return [(number.cast(KWH) / WH_PER_KWH).cast(KWH) if name.endswith("_kwh") else number for name, number in whole]


def _sum_bands(
    now: Situation, issue: Issue, bands: Mapping[float, Band], serving: Serving, forecaster: Forecaster
) -> dict[float, Band]:
    """Band the sums by their errors on held-out days, else as if members erred independently."""
    errors = serving.calibrated.sum_errors if serving.calibrated else {}
    names = serving.calibrated.groups if serving.calibrated else ()
    means, widths = issue.expected.get(MEAN, issue.expected[forecaster.main]), {}
    weights = (np.ones(len(means)) if now.known.weights is None else now.known.weights)[:, None]
    unit = mean(issue.sums, 1)[:, None]
    for cover, levels in COVERAGES.items():
        ends = []
        for level, end in zip(levels, bands[cover], strict=True):
            sides = []
            for number, (name, group) in enumerate(now.known.groups.items()):
                if name in names and errors:
                    sides.append(np.array(errors[level][names.index(name)]) * unit[number])
                else:
                    apart = ((end - means) * weights)[list(group)]
                    sides.append(np.sign(level - 0.5) * np.sqrt((apart**2).sum(0)))
            ends.append(issue.sums + np.stack(sides))
        widths[cover] = np.maximum(np.fmin(ends[0], issue.sums), 0.0), np.fmax(ends[1], issue.sums)
    low, high = widths[0.5]
    nested: dict[float, Band] = {}
    for cover in sorted(widths):
        low, high = np.fmin(low, widths[cover][0]), np.fmax(high, widths[cover][1])
        nested[cover] = low, high
    return nested


def _provenance(register: pl.DataFrame) -> pl.DataFrame:
    return register.select(
        member_id="series",
        provenance=pl.when("is_simulated").then(pl.lit("simulated")).otherwise(pl.lit("estimated")),
    )
