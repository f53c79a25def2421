"""How consumption follows the cold: degree days, and the fit of a home to them."""

import numpy as np
import polars as pl

from wattlake import function

BALANCES_CELSIUS = np.arange(8, 22.5, 0.5)
LEAST_DAYS = 10


@function
def degree_days(balance_celsius: float, mean_celsius: float) -> float:
    """The heating degree days of one day."""
    return max(balance_celsius - mean_celsius, 0.0)


@function
def fit_heating(days: pl.DataFrame) -> pl.DataFrame:
    """Fit each member with enough days.

    Args:
        days: ``member_id``, ``consumption_kwh``, ``mean_celsius``, one row a day.

    Returns:
        Rows of ``gold.heating_fit``.
    """
    fits = [
        {
            "member_id": member,
            **_fit(rows["consumption_kwh"].cast(pl.Float64).to_numpy(), rows["mean_celsius"].to_numpy()),
        }
        for (member,), rows in days.sort("member_id", "mean_celsius", "consumption_kwh").group_by(
            "member_id", maintain_order=True
        )
        if rows.height >= LEAST_DAYS
    ]
    names = ("balance_celsius", "base_kwh_per_day", "kwh_per_degree_day", "r_squared_ratio")
    schema = {"member_id": pl.String, "days": pl.Int64, **dict.fromkeys(names, pl.Float64)}
    return pl.DataFrame(fits, schema=schema)


def _fit(kwh: np.ndarray, celsius: np.ndarray) -> dict[str, float]:
    """The balance temperature with the least squares, and the line that belongs to it."""
    lines = []
    for balance in BALANCES_CELSIUS:
        degrees = np.maximum(balance - celsius, 0)
        varies = degrees.var() > 0
        slope = max(float(np.cov(degrees, kwh, bias=True)[0, 1] / degrees.var()), 0.0) if varies else 0.0
        base = float(kwh.mean() - slope * degrees.mean())
        residual = float(((kwh - base - slope * degrees) ** 2).sum())
        lines.append((round(residual, 9), float(balance), base, slope))
    residual, balance, base, slope = min(lines)
    spread = float(((kwh - kwh.mean()) ** 2).sum())
    return {
        "days": len(kwh),
        "balance_celsius": balance,
        "base_kwh_per_day": base,
        "kwh_per_degree_day": slope,
        "r_squared_ratio": 1 - residual / spread if spread else 0.0,
    }
