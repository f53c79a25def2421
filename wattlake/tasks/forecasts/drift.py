"""Stored forecasts beside what came: how often bands missed, whether errors have drifted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from wattlake.lake.sql import Connection
from wattlake.tasks.forecasting.days import Floats
from wattlake.tasks.forecasting.misses import COVERAGES, Band
from wattlake.tasks.forecasts.serving import Serving

WATCHED = timedelta(days=7)
FEWEST_DAYS = 3
DEVIATIONS = 3.0
"""Errors have drifted where their weekly mean is so many standard deviations beyond that of the days held out."""

KNOWN = """
    select forecast.*, flow.{target}_kwh as actual_kwh
    from gold.forecast as forecast
    inner join gold.energy_flow as flow using (member_id, period_start_utc)
    where forecast.target = '{target}' and forecast.forecaster = $forecaster
    and forecast.forecaster_version = $forecaster_version
    and forecast.issued_at_utc >= $since_utc and forecast.issued_at_utc < $until_utc
    and flow.period_start_utc >= $since_utc and flow.period_start_utc < $until_utc
    and flow.known_at_utc <= $until_utc and flow.{target}_kwh is not null
"""

MISSED = """
    select
        member_id as series, count(*)::double as days,
        {sums}
    from (
        select member_id, issued_at_utc, {rates}
        from ({known})
        where lower_kwh < upper_kwh
        group by all
    )
    group by all
"""

DAILY_WAPE = """
    select sum(abs(actual_kwh - expected_kwh)) / nullif(sum(actual_kwh), 0) as wape
    from ({known})
    group by date_trunc('day', period_start_utc)
    having wape is not null
"""


@dataclass(frozen=True)
class Drift:
    """A target's recent errors beside those of the days held out.

    Attributes:
        target: what was forecast.
        wape: absolute errors over what came, the mean of the last days.
        limit: beyond which they have drifted.
    """

    target: str
    wape: float
    limit: float

    @property
    def is_breach(self) -> bool:
        """Say whether a new model is due."""
        return self.wape > self.limit

    def __str__(self) -> str:
        """Say it in a sentence."""
        word = "has drifted: train a new model" if self.is_breach else "is as good as it was"
        return f"the {self.target} forecast {word} (error {self.wape:.1%} of late, limit {self.limit:.1%})"


def missed_since(
    reader: Connection, target: str, serving: Serving, issued_at_utc: datetime, series: tuple[str, ...]
) -> tuple[dict[float, Band], Floats]:
    """Add up each series' daily miss rates since its model was trained, and count the days.

    Args:
        reader: with the lake as its current database.
        target: consumption or production.
        serving: the model.
        issued_at_utc: nothing known later is looked at.
        series: the members.
    """
    ends = {cover: "" if cover == max(COVERAGES) else f"_{cover * 100:.0f}" for cover in COVERAGES}
    daily = ", ".join(
        f"avg(if(actual_kwh < lower{end}_kwh, 1, 0)) as below{end}, "
        f"avg(if(actual_kwh > upper{end}_kwh, 1, 0)) as above{end}"
        for end in ends.values()
    )
    sums = ", ".join(f"sum({side}{end}) as {side}{end}" for end in ends.values() for side in ("below", "above"))
    if serving.registered is None:
        none = np.zeros(len(series))
        return dict.fromkeys(COVERAGES, (none, none)), none
    asked = MISSED.format(sums=sums, rates=daily, known=KNOWN.format(target=target))
    since = {"since_utc": serving.registered.known_until_utc, "until_utc": issued_at_utc}
    misses = reader.execute(asked, _of(serving) | since).pl()
    whole = pl.DataFrame({"series": series}, schema={"series": pl.String}).join(
        misses, on="series", how="left", maintain_order="left"
    )
    rates = {
        cover: (whole[f"below{end}"].fill_null(0).to_numpy(), whole[f"above{end}"].fill_null(0).to_numpy())
        for cover, end in ends.items()
    }
    return rates, whole["days"].fill_null(0).to_numpy()


def drift(reader: Connection, target: str, serving: Serving, now_utc: datetime) -> Drift | None:
    """Measure the forecasts of the last week; None where too little is known of them yet."""
    if serving.registered is None:
        return None
    since = {"since_utc": now_utc - WATCHED, "until_utc": now_utc}
    daily = reader.execute(DAILY_WAPE.format(known=KNOWN.format(target=target)), _of(serving) | since).fetchall()
    if len(daily) < FEWEST_DAYS:
        return None
    metrics = serving.registered.metrics
    limit = metrics["daily_wape_mean"] + DEVIATIONS * metrics["daily_wape_sd"]
    return Drift(target, float(np.mean(daily)), limit)


def _of(serving: Serving) -> dict[str, object]:
    return {"forecaster": serving.forecaster, "forecaster_version": serving.version}
