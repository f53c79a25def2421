"""Forecasts as rows: from arrays per kWh, kW per kWp and EUR/MWh to whole Wh and decimals, slot by slot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from wattlake.tasks.forecasts.history import MARKET_CLOCK, local
from wattlake.tasks.forecasts.inputs import COMMUNITY, Situation
from wattlake.tasks.forecasts.serving import Serving

HORIZON = timedelta(hours=24)
LADDER = ("naive_24h", "naive_168h", "weekday_mean", "clock_mean", "smart_persistence")
PUBLISHED = "published"
END_OF = {0.95: "", 0.8: "80_", 0.5: "50_"}
"""How a coverage's ends are named."""


@dataclass(frozen=True)
class Stamp:
    """What all rows of an issue have in common; instants are UTC without an offset."""

    issued_at_utc: datetime
    made_at_utc: datetime
    period_minutes: int
    forecaster: str
    forecaster_version: str

    def on(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with it, and the horizon."""
        return rows.with_columns(
            pl.lit(self.issued_at_utc, pl.Datetime("us")).alias("issued_at_utc"),
            pl.lit(self.made_at_utc, pl.Datetime("us")).alias("_made_at_utc"),
            pl.lit(self.period_minutes, pl.Int64).alias("period_minutes"),
            pl.lit(self.forecaster).alias("forecaster"),
            pl.lit(self.forecaster_version).alias("forecaster_version"),
            horizon_hours=(pl.col("period_start_utc") - self.issued_at_utc).dt.total_seconds() / 3600,
        )


def horizon(now: Situation, settings: Settings) -> tuple[list[datetime], list[int]]:
    """The slots of the next 24 hours, and which slot of the local clock each is: a skipped hour's are not asked for."""
    slot, days = timedelta(minutes=settings.slot_minutes), now.known.days
    starts = [now.first_slot_utc + number * slot for number in range(HORIZON // slot)]
    clocks = [local(start, settings.timezone) - timedelta(hours=days.first_hour) for start in starts]
    return starts, [(clock.hour * 60 + clock.minute) // settings.slot_minutes for clock in clocks]


def member_rows(
    now: Situation, issue: Issue, bands: Mapping[float, Band], forecaster: Forecaster, stamp: Stamp, settings: Settings
) -> pl.DataFrame:
    """Rows of ``gold.forecast``.

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
    unit = 1000 * (np.ones(len(main)) if now.known.weights is None else now.known.weights)[:, None]
    means = issue.expected.get(MEAN, main)
    columns: dict[str, Floats] = {"expected_wh": np.rint(main * unit), "mean_wh": np.rint(means * unit)}
    columns |= _ends(bands, unit, "wh")
    columns |= {f"{name}_wh": np.rint(issue.expected[name] * unit) for name in LADDER if name in issue.expected}
    columns["samples"] = (~np.isnan(now.known.days.values[:, -MONTH_DAYS:])).sum(1).astype(np.float64)
    assert issue.tier is not None
    rows = _rows(now.known.days.series, "member_id", starts, slots, columns).with_columns(
        tier=pl.Series(issue.tier[:, slots].reshape(-1).tolist(), dtype=pl.String),
        target=pl.lit(forecaster.target),
    )
    missing = [pl.lit(None, pl.Int64).alias(f"{name}_wh") for name in LADDER if f"{name}_wh" not in columns]
    whole = [pl.col(name).fill_nan(None).cast(pl.Int64) for name in columns]
    return stamp.on(rows.with_columns(*whole, *missing).join(_provenance(now.register), on="member_id"))


def group_rows(
    now: Situation, issue: Issue, bands: Mapping[float, Band], serving: Serving, forecaster: Forecaster, stamp: Stamp,
    settings: Settings,
) -> pl.DataFrame:  # fmt: skip
    """Rows of ``gold.group_forecast``; the arguments are those of ``member_rows``, and the model that serves."""
    starts, slots = horizon(now, settings)
    assert issue.sums is not None
    ends = _sum_bands(now, issue, bands, serving, forecaster)
    columns = {"expected_wh": np.rint(issue.sums * 1000), **_ends(ends, np.full((len(issue.sums), 1), 1000.0), "wh")}
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
    rows = _rows(tuple(now.known.groups), "group_id", starts, slots, columns)
    whole = [pl.col(name).cast(pl.Int64) for name in columns]
    return stamp.on(rows.with_columns(*whole, target=pl.lit(forecaster.target)).join(names, on="group_id"))


def price_rows(
    now: Situation, issues: Sequence[tuple[Issue, Mapping[float, Band]]], published: pl.DataFrame, main: str,
    stamp: Stamp, settings: Settings,
) -> pl.DataFrame:  # fmt: skip
    """Rows of ``gold.price_forecast``: what is published from the issue on, and each delivery day after that.

    Args:
        now: the situation.
        issues: the days from the first that is not published whole, with their intervals.
        published: ``period_start_utc`` and ``value`` of the prices that are known from the issue on.
        main: the name of the forecast.
        stamp: of the issue.
        settings: of the lake.
    """
    unit = "eur_per_mwh"
    parts = []
    for later, (issue, bands) in enumerate(issues):
        starts = [
            (start, slot) for slot, found in enumerate(now.known.days.starts_utc(now.number + later)) for start in found
        ]
        columns = {f"spot_{unit}": issue.expected[main], **_ends(bands, np.ones((1, 1)), unit, round_ends=False)}
        columns |= {f"{name}_{unit}": issue.expected[name] for name in LADDER[:3]}
        assert issue.tier is not None
        slots = [slot for _, slot in sorted(starts)]
        rows = _rows(now.known.days.series, "bidding_zone", [start for start, _ in sorted(starts)], slots, columns)
        parts.append(rows.with_columns(tier=pl.Series(issue.tier[0, slots].tolist(), dtype=pl.String)))
    foreseen = pl.concat(parts)
    names = [name for name in foreseen.columns if name.endswith(unit)]
    known = published.select(
        "period_start_utc",
        *(pl.col("value").alias(name) for name in names if "naive" not in name and "weekday" not in name),
        bidding_zone=pl.lit(settings.bidding_zone),
        tier=pl.lit(PUBLISHED),
    )
    still_open = foreseen.filter(pl.col("period_start_utc") >= stamp.issued_at_utc).join(
        known, on="period_start_utc", how="anti"
    )
    simulated = bool(now.register["is_simulated"][0])
    return stamp.on(
        pl.concat([known, still_open], how="diagonal")
        .with_columns(
            *(pl.col(name).fill_nan(None).round(4).cast(pl.Decimal(12, 4)) for name in names),
            provenance=pl.lit("simulated" if simulated else "estimated"),
        )
        .sort("period_start_utc")
    )


def days_to_forecast(now: Situation) -> int:
    """How many delivery days are to be forecast: from the first not published to the one after the issue's own."""
    tomorrow = now.known.days.number(local(now.first_slot_utc, MARKET_CLOCK).date()) + 1
    return max(tomorrow - now.number + 1, 0)


def _sum_bands(
    now: Situation, issue: Issue, bands: Mapping[float, Band], serving: Serving, forecaster: Forecaster
) -> dict[float, Band]:
    """From how far off the sums were on the days held out; without those as if members erred independently."""
    assert issue.sums is not None
    errors = serving.calibrated.sum_errors if serving.calibrated else {}
    names = serving.calibrated.groups if serving.calibrated else ()
    means, found = issue.expected.get(MEAN, issue.expected[forecaster.main]), {}
    weights = (np.ones(len(means)) if now.known.weights is None else now.known.weights)[:, None]
    unit = mean(issue.sums, 1)[:, None]
    for cover, levels in COVERAGES.items():
        ends = []
        for level, end in zip(levels, bands[cover], strict=True):
            sides = []
            for place, (name, group) in enumerate(now.known.groups.items()):
                if name in names and errors:
                    sides.append(np.array(errors[level][names.index(name)]) * unit[place])
                else:
                    apart = ((end - means) * weights)[list(group)]
                    sides.append(np.sign(level - 0.5) * np.sqrt((apart**2).sum(0)))
            ends.append(issue.sums + np.stack(sides))
        found[cover] = np.maximum(np.fmin(ends[0], issue.sums), 0.0), np.fmax(ends[1], issue.sums)
    low, high = found[0.5]
    nested: dict[float, Band] = {}
    for cover in sorted(found):
        low, high = np.fmin(low, found[cover][0]), np.fmax(high, found[cover][1])
        nested[cover] = low, high
    return nested


def _ends(bands: Mapping[float, Band], unit: Floats, name: str, round_ends: bool = True) -> dict[str, Floats]:
    found = {}
    for cover, (low, high) in bands.items():
        low, high = low * unit, high * unit
        found[f"lower_{END_OF[cover]}{name}"] = np.floor(low) if round_ends else low
        found[f"upper_{END_OF[cover]}{name}"] = np.ceil(high) if round_ends else high
    return found


def _rows(
    series: Sequence[str], name: str, starts: Sequence[datetime], slots: Sequence[int], columns: Mapping[str, Floats]
) -> pl.DataFrame:
    """One row per series and start, with the slot's number of each array of series × slots."""
    return pl.DataFrame(
        {
            name: np.repeat(np.array(series, dtype=object), len(starts)),
            "period_start_utc": list(starts) * len(series),
        }
        | {column: values[:, list(slots)].reshape(-1) for column, values in columns.items()},
        schema_overrides={name: pl.String, "period_start_utc": pl.Datetime("us")},
    )


def _provenance(register: pl.DataFrame) -> pl.DataFrame:
    return register.select(
        member_id="series",
        provenance=pl.when("is_simulated").then(pl.lit("simulated")).otherwise(pl.lit("estimated")),
    )
