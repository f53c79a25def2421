"""Load and output as targets: metered late, forecast for 24 hours, then compared."""

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.tasks.forecasting import conformal
from wattlake.tasks.forecasting.forecaster import Forecaster
from wattlake.tasks.forecasting.targets import LOAD
from wattlake.tasks.forecasts.drift import Drift, drift, missed_since
from wattlake.tasks.forecasts.energy_inputs import energy_inputs
from wattlake.tasks.forecasts.energy_rows import group_rows, member_rows
from wattlake.tasks.forecasts.feature_rows import ISSUED_FEATURES, feature_rows, features_of
from wattlake.tasks.forecasts.inputs import Situation, late_slots
from wattlake.tasks.forecasts.issuing import bands, issued_by
from wattlake.tasks.forecasts.rows import Stamp
from wattlake.tasks.forecasts.serving import Serving, reach_of


@dataclass(frozen=True)
class Energy:
    """Energy that meters read, consumption or production; see ``Target``."""

    forecaster: Forecaster

    def inputs(self, reader: Connection, settings: Settings, issued: datetime, *, most_days: int) -> Situation | None:
        """Read what was known at a time: history, register and weather."""
        return energy_inputs(reader, settings, self.forecaster.target, issued, most_days)

    def trained_on(
        self, reader: Connection, settings: Settings, issued: datetime, *, most_days: int
    ) -> Situation | None:
        """Read the same without the slots before an issue whose readings come late."""
        now = self.inputs(reader, settings, issued, most_days=most_days)
        return now and now.without(late_slots(reader, settings.slot_minutes, issued.hour))

    def foreseen(
        self, reader: Connection, settings: Settings, model: Serving, issued: datetime, made: datetime
    ) -> dict[str, pl.DataFrame]:
        """Forecast members and groups; bands that missed too much since training move outwards."""
        now = self.inputs(reader, settings, issued, most_days=self.forecaster.history_days)
        if now is None:
            return {}
        now = now.without(model.late_slots)
        keeps_features = self.forecaster.target == LOAD.target and settings.forecast_feature_days > 0
        if keeps_features:
            now = replace(now, known=replace(now.known, features=features_of(now)))
        issue, model = issued_by(self.forecaster, model, now)
        stamp = Stamp(issued, made, settings.slot_minutes, model.forecaster, model.version)
        series = now.known.days.series
        missed, days = missed_since(reader, self.forecaster.target, model, issued, series)
        intervals = bands(self.forecaster, issue, conformal.steered(reach_of(model.calibrated, series), missed, days))
        rows = {
            "gold.forecast": member_rows(now, issue, intervals, self.forecaster, stamp, settings),
            "gold.group_forecast": group_rows(now, issue, intervals, model, self.forecaster, stamp, settings),
        }
        if now.known.features:
            rows[ISSUED_FEATURES] = feature_rows(now, now.known.features, self.forecaster.target, stamp, settings)
        return rows

    def drift(self, reader: Connection, model: Serving, issued: datetime) -> Drift | None:
        """Compare the forecasts of the last week with what meters read."""
        return drift(reader, self.forecaster.target, model, issued)
