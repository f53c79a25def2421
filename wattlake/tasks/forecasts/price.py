"""The day-ahead price as a target: published by delivery day, forecast for the days after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.tasks.forecasting.forecaster import Expected, Forecaster, Issue
from wattlake.tasks.forecasting.misses import Band
from wattlake.tasks.forecasts.drift import Drift
from wattlake.tasks.forecasts.inputs import Situation
from wattlake.tasks.forecasts.issuing import IssuedBy, bands, issued_by
from wattlake.tasks.forecasts.price_inputs import price_inputs
from wattlake.tasks.forecasts.price_rows import DeliveryDay, days_to_forecast, price_rows
from wattlake.tasks.forecasts.rows import Stamp
from wattlake.tasks.forecasts.serving import Serving, reach_of

PUBLISHED_LATER = """
    select period_start_utc, spot_eur_per_mwh::double as value from gold.spot_price
    where bidding_zone = ? and period_start_utc >= ? and known_at_utc <= ?
    order by all
"""


@dataclass(frozen=True)
class Price:
    """The price of one bidding zone; see ``Target``."""

    forecaster: Forecaster

    def inputs(self, reader: Connection, settings: Settings, issued: datetime, *, most_days: int) -> Situation | None:
        """Read the delivery days that were published by a time."""
        return price_inputs(reader, settings, issued, most_days)

    def trained_on(
        self, reader: Connection, settings: Settings, issued: datetime, *, most_days: int
    ) -> Situation | None:
        """Read the same: prices are published whole days ahead, and none comes late."""
        return self.inputs(reader, settings, issued, most_days=most_days)

    def foreseen(
        self, reader: Connection, settings: Settings, model: Serving, issued: datetime, made: datetime
    ) -> dict[str, pl.DataFrame]:
        """Forecast each delivery day after the published ones, and list those that are published."""
        now = self.inputs(reader, settings, issued, most_days=self.forecaster.history_days)
        if now is None:
            return {}
        now = now.without(model.late_slots)
        published = reader.execute(PUBLISHED_LATER, [settings.bidding_zone, issued, issued]).pl()
        issues = list(self._day_by_day(now, model))
        days = [DeliveryDay(issue, self.forecaster.main, self._intervals(issue, by, now)) for issue, by in issues]
        stamp = Stamp(issued, made, settings.slot_minutes, issues[-1].model.forecaster, issues[-1].model.version)
        return {"gold.price_forecast": price_rows(now, days, published, stamp, settings)}

    def drift(self, reader: Connection, model: Serving, issued: datetime) -> Drift | None:
        """Tell of no drift: what drifts is told of what meters read."""
        return None

    def _day_by_day(self, now: Situation, model: Serving) -> Iterator[IssuedBy]:
        """Issue each delivery day from the days before, those between by what is expected of them."""
        ahead = now
        for number in range(now.number, now.number + max(days_to_forecast(now), 1)):
            ahead = replace(ahead, number=number)
            issued = issued_by(self.forecaster, model, ahead)
            model = issued.model
            yield issued
            days = ahead.known.days.with_days(number + 1)
            values = days.values.copy()
            values[:, number] = issued.issue.expected[self.forecaster.main]
            ahead = replace(ahead, known=replace(ahead.known, days=replace(days, values=values)))

    def _intervals(self, issue: Issue, model: Serving, now: Situation) -> Mapping[float, Band]:
        """Band an issue; of a model without quantiles, by its errors on the days held out."""
        expected: Expected = issue
        if not issue.quantiles and model.calibrated is not None:
            middle = issue.expected[self.forecaster.main]
            errors = {level: middle + slots for level, slots in model.calibrated.errors.items()}
            expected = replace(issue, quantiles=errors)
        return bands(self.forecaster, expected, reach_of(model.calibrated, now.known.days.series))
