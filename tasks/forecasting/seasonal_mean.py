"""The mean of the same clock time on past days: four same weekdays for consumption, seven days for production."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

NAME = "seasonal_mean"
VERSION = "1"
HORIZON = timedelta(hours=24)
LAGS_DAYS = {"consumption": (7, 14, 21, 28), "production": (1, 2, 3, 4, 5, 6, 7)}
BAND = (0.025, 0.975)


def forecast(history: pl.DataFrame, issued_at_utc: datetime, timezone: str, slot_minutes: int) -> pl.DataFrame:
    """Expect what the same slot of the local clock brought on past days, within their empirical 95 % band.

    Past days are counted on the community's clock, so that breakfast stays at breakfast when the clocks change. With
    four or seven samples the band is narrow at its ends: it is the linearly interpolated quantiles of the samples
    (Hyndman and Fan, 1996, Sample Quantiles in Statistical Packages, type 7).

    Args:
        history: ``member_id``, ``target`` (consumption, production), ``period_start_utc`` (naive UTC), ``energy_wh``,
            ``provenance``; nothing that was not known at the issue.
        issued_at_utc: when the forecast is issued, aware; the first slot begins then or right after it.
        timezone: the community's.
        slot_minutes: length of a slot.

    Returns:
        Rows of ``gold.forecast`` without its constants: ``member_id``, ``target``, ``period_start_utc``,
        ``horizon_hours``, ``expected_wh``, ``lower_wh``, ``upper_wh``, ``samples``, ``provenance``. Slots that have no
        sample are left out.
    """
    past = history.rename({"period_start_utc": "past_start_utc"})
    samples = _slots(issued_at_utc, timezone, slot_minutes).join(past, on=["target", "past_start_utc"])
    return (
        samples.group_by("member_id", "target", "period_start_utc", "horizon_hours")
        .agg(
            expected_wh=pl.col("energy_wh").mean().round().cast(pl.Int64),
            lower_wh=pl.col("energy_wh").quantile(BAND[0], "linear").floor().cast(pl.Int64),
            upper_wh=pl.col("energy_wh").quantile(BAND[1], "linear").ceil().cast(pl.Int64),
            samples=pl.len().cast(pl.Int64),
            provenance=pl.when((pl.col("provenance") == "simulated").any())
            .then(pl.lit("simulated"))
            .otherwise(pl.lit("estimated")),
        )
        .sort("member_id", "target", "period_start_utc")
    )


def _slots(issued_at_utc: datetime, timezone: str, slot_minutes: int) -> pl.DataFrame:
    """Every slot of the horizon beside each past slot that it is expected to repeat."""
    slot, zone = timedelta(minutes=slot_minutes), ZoneInfo(timezone)
    midnight = issued_at_utc.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight - (midnight - issued_at_utc) // slot * slot
    rows = [
        {
            "target": target,
            "period_start_utc": start.replace(tzinfo=None),
            "past_start_utc": (start.astimezone(zone) - timedelta(days=days)).astimezone(UTC).replace(tzinfo=None),
            "horizon_hours": (start - issued_at_utc) / timedelta(hours=1),
        }
        for start in (first + number * slot for number in range(HORIZON // slot))
        for target, lags in LAGS_DAYS.items()
        for days in lags
    ]
    return pl.DataFrame(
        rows, schema_overrides={"period_start_utc": pl.Datetime("us"), "past_start_utc": pl.Datetime("us")}
    )
