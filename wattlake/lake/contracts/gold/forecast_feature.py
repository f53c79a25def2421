"""The features that issued forecasts were made from, for people."""

from typing import Any

from wattlake.lake.contracts.base import Contract, column, table
from wattlake.lake.contracts.gold.forecast import HORIZON, Issued, Made, OfMemberAndTarget
from wattlake.lake.contracts.gold.forecast_feature_weather import CodeFeatures, WeatherFeatures
from wattlake.lake.contracts.promises import SLOTS
from wattlake.lake.contracts.units import Kwh, kwh

BY_ISSUE_DAY = ("year(issued_at_utc)", "month(issued_at_utc)", "day(issued_at_utc)")
"""Old issues go whole: no file holds two days of issues, so none is written anew for what goes."""


def scaled(meaning: str) -> Any:  # noqa: ANN401
    """Make a column of energy in units of the member's own mean; it may be empty."""
    return column(f"{meaning}; in units of `scale_kwh`", nullable=True)


class CalendarFeatures(Contract):
    """The slot's place in the community's calendar."""

    clock_hour: float = column("Local clock at the start of the slot, in hours", ge=0, lt=24)
    weekday: int = column("Weekday, Monday 0 to Sunday 6", ge=0, le=6)
    is_off: int = column("1 on a weekend or a holiday, else 0", isin=[0, 1])
    is_off_before: int = column("The same of the day before", isin=[0, 1])
    is_off_after: int = column("The same of the day after", isin=[0, 1])
    month: int = column("Month, 1 to 12", ge=1, le=12)
    season_number: int = column("0 December to February, 1 March to May, 2 June to August, 3 after", ge=0, le=3)


class LagFeatures(Contract):
    """The same slot some days before, and its neighbours a day and a week before."""

    lag_24h: float = scaled("The same slot 24 hours before")
    lag_48h: float = scaled("The same slot two days before")
    lag_72h: float = scaled("The same slot three days before")
    lag_96h: float = scaled("The same slot four days before")
    lag_120h: float = scaled("The same slot five days before")
    lag_144h: float = scaled("The same slot six days before")
    lag_168h: float = scaled("The same slot a week before")
    lag_336h: float = scaled("The same slot two weeks before")
    lag_504h: float = scaled("The same slot three weeks before")
    lag_672h: float = scaled("The same slot four weeks before")
    lag_26h: float = scaled("26 hours before")
    lag_25h: float = scaled("25 hours before")
    lag_23h: float = scaled("23 hours before; empty for the last hour of the day")
    lag_22h: float = scaled("22 hours before; empty for the last two hours of the day")
    lag_170h: float = scaled("170 hours before")
    lag_169h: float = scaled("169 hours before")
    lag_167h: float = scaled("167 hours before")
    lag_166h: float = scaled("166 hours before")


class LevelFeatures(Contract):
    """How high and how uneven the last hours, days and weeks were."""

    mean_last_1h: float = scaled("Mean of the last hour before the issue")
    mean_last_2h: float = scaled("Mean of the last two hours before the issue")
    mean_last_3h: float = scaled("Mean of the last three hours before the issue")
    mean_last_6h: float = scaled("Mean of the last six hours before the issue")
    mean_last_12h: float = scaled("Mean of the last twelve hours before the issue")
    day_24h: float = scaled("Mean of the 24 hours before the issue")
    day_48h: float = scaled("Mean of the 24 hours before those")
    day_168h: float = scaled("Mean of the same 24 hours a week before")
    mean_7d: float = scaled("Mean of the last seven days")
    day_spread_28d: float = scaled("Standard deviation of the daily means of 28 days")
    spread_24h: float = scaled("Standard deviation of the last 24 hours")
    spread_28d: float = scaled("Standard deviation of the last 28 days")
    lowest_7d: float = scaled("Lowest slot of seven days")
    highest_24h: float = scaled("Highest slot of 24 hours")
    highest_7d: float = scaled("Highest slot of seven days")
    lowest_peak_7d: float = scaled("Lowest of the daily peaks of seven days")


class ClockFeatures(Contract):
    """What the slot of the clock usually brings."""

    clock_mean_7d: float = scaled("Mean of the slot over 7 days")
    clock_mean_14d: float = scaled("Mean of the slot over 14 days")
    clock_mean_28d: float = scaled("Mean of the slot over 28 days")
    clock_mean_56d: float = scaled("Mean of the slot over 56 days")
    clock_median_7d: float = scaled("Median of the slot over 7 days")
    clock_median_recent: float = scaled("Median of the slot, a day weighing half of one five days later")
    clock_low_28d: float = scaled("10 % quantile of the slot over 28 days")
    clock_median_28d: float = scaled("Median of the slot over 28 days")
    clock_high_28d: float = scaled("90 % quantile of the slot over 28 days")
    clock_mean_recent: float = scaled("Mean of the slot, a day weighing half of one five days later")
    clock_spread_28d: float = scaled("Standard deviation of the slot over 28 days")
    clock_spread_7d: float = scaled("Standard deviation of the slot over 7 days")
    clock_lowest_7d: float = scaled("Lowest of the slot over 7 days")
    weekday_mean_4w: float = scaled("Mean of the slot on the same weekday of four weeks")


class KindFeatures(Contract):
    """What working days or days off bring at this slot, and what was unusual of late."""

    kind_low: float = scaled("25 % quantile on days of the day's kind, new ones weighing more")
    kind_median: float = scaled("Median on days of the day's kind")
    kind_high: float = scaled("75 % quantile on days of the day's kind")
    kind_mean: float = scaled("Mean on days of the day's kind")
    kind_mean_newest: float = scaled("The same, the newest days weighing most")
    kind_mean_smooth: float = scaled("`kind_mean`, smoothed with the slots beside it")
    unusual_last_3h: float = scaled("How far the last three hours were from what such days bring")
    unusual_last_6h: float = scaled("How far the last six hours were from what such days bring")
    unusual_last_24h: float = scaled("How far the last 24 hours were from what such days bring")


class CommunityFeatures(Contract):
    """How all homes together moved, and the member's scale."""

    community_24h: float = column("All homes' last 24 hours by those of the week before", nullable=True)
    community_evening: float = column("The same of the day's last six hours", nullable=True)
    community_trend: float = column("All homes' last seven days by their last 28", nullable=True)
    log_scale: float = column("Natural logarithm of `scale_kwh`", nullable=True)
    scale_kwh: Kwh = kwh("Mean energy of a slot over the 28 days before the issue", nullable=True)


# Columns stand in the order of the bases from last to first.
class ForecastFeatureIssued(
    Made, CodeFeatures, WeatherFeatures, CommunityFeatures, KindFeatures, ClockFeatures, LevelFeatures, LagFeatures,
    CalendarFeatures, Issued, OfMemberAndTarget,
):  # fmt: skip
    """What one member's forecast of one slot was made from, as the model was given it.

    The features are of consumption; a model reads those that it was trained with (docs/forecasting.md).
    """

    class Config:
        metadata = table(
            "gold.forecast_feature_issued",
            key=("member_id", "target", "issued_at_utc", "period_start_utc", "forecaster", "forecaster_version"),
            partitioned_by=BY_ISSUE_DAY,
            rules=(SLOTS, HORIZON),
        )
