"""The targets of forecasts in the lake: each has its inputs, its rows and its drift."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import polars as pl

from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.tasks.forecasting.forecaster import Forecaster
from wattlake.tasks.forecasting.targets import LOAD, PRICE, SOLAR
from wattlake.tasks.forecasts.drift import Drift
from wattlake.tasks.forecasts.energy import Energy
from wattlake.tasks.forecasts.inputs import Situation
from wattlake.tasks.forecasts.price import Price
from wattlake.tasks.forecasts.serving import Serving


class Target(Protocol):
    """One target of forecasts in the lake; instants are UTC without an offset."""

    @property
    def forecaster(self) -> Forecaster:
        """Describe how it is forecast."""

    def inputs(self, reader: Connection, settings: Settings, issued: datetime, *, most_days: int) -> Situation | None:
        """Read what was known at a time, of so many days at most; None where nothing was."""

    def trained_on(
        self, reader: Connection, settings: Settings, issued: datetime, *, most_days: int
    ) -> Situation | None:
        """Read what will be known at an issue at this hour: the same without what comes late."""

    def foreseen(
        self, reader: Connection, settings: Settings, model: Serving, issued: datetime, made: datetime
    ) -> dict[str, pl.DataFrame]:
        """Forecast by a model; returns rows by table, none where nothing is known."""

    def drift(self, reader: Connection, model: Serving, issued: datetime) -> Drift | None:
        """Compare the forecasts before with what came; None where too little is known of them yet."""


TARGETS: Mapping[str, Target] = {
    target.forecaster.target: target for target in (Energy(LOAD), Energy(SOLAR), Price(PRICE))
}
"""The targets by the names that ``gold.forecast`` and ``ops.model`` have for them."""
