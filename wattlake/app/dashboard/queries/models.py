"""Queries on the models that forecast: which serves, how good it was and is."""

from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl


@dataclass(frozen=True)
class Served:
    """A model that forecasts, as it was trained and as it did since.

    Attributes:
        model_id: its number.
        forecaster: the forecaster's name.
        trained_at_utc: when it was trained.
        trained_from_utc: the start of the history that it was trained on.
        trained_to_utc: the end of it; what follows was held out to judge it on.
        series: members that it was trained on.
        why: against whom it was judged, and how it came out.
        features: their names, as JSON.
        parameters: of its training, as JSON.
        mae_kwh: mean absolute error of a member's slot, on what was held out.
        rmse_kwh: root of the mean squared error of it.
        r2: part of the variance that it explains.
        mape_pct: mean absolute error in per cent.
        wape_pct: sum of the errors, in per cent of the energy.
        online_wape_pct: the same, of its forecasts since it serves.
        online_slots: of so many slots.
    """

    model_id: int
    forecaster: str
    trained_at_utc: datetime
    trained_from_utc: datetime | None
    trained_to_utc: datetime | None
    series: int
    why: str
    features: str
    parameters: str
    mae_kwh: float | None
    rmse_kwh: float | None
    r2: float | None
    mape_pct: float | None
    wape_pct: float | None
    online_wape_pct: float | None
    online_slots: int


def served(con: duckdb.DuckDBPyConnection, target: str, version: str) -> Served | None:
    """Read the model of a target that a forecast names; None where no model made it."""
    measures = ", ".join(f"(metrics ->> '$.{name}')::double" for name in ("mae", "rmse", "r2", "mape_pct", "wape_pct"))
    row = con.execute(
        f"""
        with online as (
            select
                100 * sum(absolute_error_kwh) / nullif(sum(actual_kwh), 0) as online_wape_pct,
                coalesce(sum(slots), 0)::bigint as online_slots
            from ops.forecast_score
            where target = $target and forecaster_version = $version
        )

        select
            model_id, forecaster, trained_at_utc, trained_from_utc, trained_to_utc, series, why, features, parameters,
            {measures},
            online_wape_pct::double, online_slots
        from ops.model
        cross join online
        where target = $target and model_id = try_cast($version as bigint)
        """,
        {"target": target, "version": version},
    ).fetchone()
    return Served(*row) if row else None


def errors_by_lead(con: duckdb.DuckDBPyConnection, target: str) -> pl.DataFrame:
    """Sum up the errors of a target's forecasts, over all members, by lead time (hours)."""
    return con.execute(
        """
        select
            lead_hours,
            100 * sum(absolute_error_kwh) / nullif(sum(actual_kwh), 0) as wape_pct,
            100 * (
                1 - sum(absolute_error_kwh) / sum(slots) / nullif(sum(naive_24h_error_kwh) / sum(naive_24h_slots), 0)
            ) as skill_naive_24h_pct,
            100 * sum(slots_in_95) / sum(slots) as coverage_95_pct,
            sum(slots)::bigint as slots
        from ops.forecast_score
        where target = $target
        group by lead_hours
        order by lead_hours
        """,
        {"target": target},
    ).pl()


def models(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """List the newest 50 models, with their errors on held-out days and since they serve."""
    return con.execute(
        """
        with online as (
            select
                forecaster_version,
                100 * sum(absolute_error_kwh) / nullif(sum(actual_kwh), 0) as online_wape_pct
            from ops.forecast_score
            group by forecaster_version
        )

        select
            model.model_id,
            model.target,
            model.forecaster,
            model.trained_at_utc,
            model.series,
            model.status,
            (model.metrics ->> '$.wape_pct')::double as wape_pct,
            (model.metrics ->> '$.skill_naive_24h_pct')::double as skill_naive_24h_pct,
            (model.metrics ->> '$.coverage_95_pct')::double as coverage_95_pct,
            online.online_wape_pct,
            model.why
        from ops.model as model
        left join online on model.model_id = try_cast(online.forecaster_version as bigint)
        order by model.model_id desc
        limit 50
        """
    ).pl()
