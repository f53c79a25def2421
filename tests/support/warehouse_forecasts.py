"""What was forecast and advised to the small community of ``warehouse_rows``."""

from datetime import timedelta
from decimal import Decimal

import polars as pl

from tests.support.warehouse_rows import DAYS, FIRST, PANELS_KWP, consumed_wh, kwh, produced_wh


def forecast_rows(member: str, target: str, issued_day: int) -> list[dict[str, object]]:
    made = consumed_wh if target == "consumption" else produced_wh
    issued_slot = issued_day * 24 + 6
    rows = []
    for slot in range(issued_slot, issued_slot + 24):
        expected = made(member, slot % 24, slot - 24) or 0
        rows.append(
            {
                "user_sk": f"sk-{member}",
                "user_id": member,
                "target": target,
                "issued_at_utc": (FIRST + timedelta(hours=issued_slot)).replace(tzinfo=None),
                "period_start_utc": (FIRST + timedelta(hours=slot)).replace(tzinfo=None),
                "period_minutes": 60,
                "horizon_hours": float(slot - issued_slot),
                "forecaster": "same_hours",
                "forecaster_version": "1",
                "expected_kwh": kwh(expected),
                "lower_kwh": kwh(expected * 3 // 4),
                "upper_kwh": kwh(expected * 5 // 4),
                "lower_80_kwh": kwh(expected * 4 // 5),
                "upper_80_kwh": kwh(expected * 6 // 5),
                "lower_50_kwh": kwh(expected * 9 // 10),
                "upper_50_kwh": kwh(expected * 11 // 10),
                "naive_24h_kwh": kwh(expected),
                "tier": "model",
                "samples": 4 if target == "consumption" else 7,
                "provenance": "estimated" if target == "consumption" else "simulated",
            }
        )
    return rows


def forecasts() -> pl.DataFrame:
    rows = [
        row
        for member, kwp in PANELS_KWP.items()
        for target in ("consumption", "production")
        if target == "consumption" or kwp
        for issued_day in (DAYS - 3, DAYS - 1)
        for row in forecast_rows(member, target, issued_day)
    ]
    energy = [name for name in rows[0] if name.endswith("_kwh")]
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(energy, pl.Decimal(18, 6)))


def advised() -> pl.DataFrame:
    """What anna was advised at the newest issue: to sell at noon, to buy in the evening, otherwise to hold."""
    issued_slot = (DAYS - 1) * 24 + 6
    rows = []
    for rank, slot in enumerate(range(issued_slot, issued_slot + 24), 1):
        hour = slot % 24
        surplus = {"SELL": 900, "BUY": -700, "HOLD": 0}[words := _said(hour)]
        rows.append(
            {
                "user_sk": "sk-anna",
                "user_id": "anna",
                "issued_at_utc": (FIRST + timedelta(hours=issued_slot)).replace(tzinfo=None),
                "period_start_utc": (FIRST + timedelta(hours=slot)).replace(tzinfo=None),
                "period_minutes": 60,
                "expected_surplus_kwh": kwh(surplus),
                "lower_surplus_kwh": kwh(surplus - 100),
                "upper_surplus_kwh": kwh(surplus + 100),
                "lower_revenue_eur": Decimal("0.01"),
                "upper_revenue_eur": Decimal("0.02"),
                "advice": words,
                "confidence_ratio": Decimal("0.9"),
                "load_rank": rank,
            }
        )
    return pl.DataFrame(rows)


def _said(hour: int) -> str:
    return "SELL" if 10 <= hour < 14 else "BUY" if 17 <= hour < 21 else "HOLD"


def expected_prices() -> pl.DataFrame:
    """Prices at the newest issue: published to midnight, then foreseen, the first three hours of the night cheapest."""
    issued_slot = (DAYS - 1) * 24 + 6
    starts = [(FIRST + timedelta(hours=slot)).replace(tzinfo=None) for slot in range(issued_slot, issued_slot + 24)]
    price = [Decimal(10 if start.hour < 3 else 80) for start in starts]
    is_published = [start.date() == starts[0].date() for start in starts]
    band = [Decimal(0 if known else 5) for known in is_published]
    return pl.DataFrame(
        {
            "bidding_zone": ["DE-LU"] * 24,
            "issued_at_utc": [starts[0]] * 24,
            "period_start_utc": starts,
            "period_minutes": [60] * 24,
            "forecaster": ["price"] * 24,
            "forecaster_version": ["1"] * 24,
            "tier": ["published" if known else "model" for known in is_published],
            "spot_price_eur_per_mwh": price,
            "lower_80_eur_per_mwh": [middle - width for middle, width in zip(price, band, strict=True)],
            "upper_80_eur_per_mwh": [middle + width for middle, width in zip(price, band, strict=True)],
        }
    )
