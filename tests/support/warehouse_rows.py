"""A small community, known to the last watt-hour, as the warehouse shows it."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import polars as pl

from wattlake.lake.contracts import columns

FIRST = datetime(2026, 3, 20, tzinfo=UTC)
DAYS = 17
"""The clocks of London go forward on 29 March 2026, within these days."""

PANELS_KWP = {"anna": 4.0, "bert": 0.0, "cleo": 2.5, "dora": 0.0}
ZONES = {"anna": "north", "bert": "north", "cleo": "south", "dora": "south"}


def kwh(wh: int | None) -> Decimal | None:
    return None if wh is None else Decimal(wh) / 1000


def consumed_wh(member: str, hour: int, slot: int) -> int | None:
    if (member == "dora" and slot < 12 * 24) or (member == "anna" and slot % 50 == 20) or slot >= DAYS * 24:
        return None
    evening = 700 * math.exp(-(((hour - 19) / 2.5) ** 2))
    morning = 350 * math.exp(-(((hour - 7) / 1.5) ** 2))
    return 120 + int(evening + morning) + (slot * 37 + 11 * len(member) + ord(member[0])) % 90


def produced_wh(member: str, hour: int, slot: int) -> int | None:
    if not PANELS_KWP[member]:
        return 0
    if member == "cleo" and 60 <= slot < 72:
        return None
    cloud = 0.35 + (slot // 24 * 29 % 61) / 100
    return int(PANELS_KWP[member] * 620 * cloud * max(0.0, math.sin(math.pi * (hour - 6) / 12)))


def flow_row(member: str, slot: int) -> dict[str, object]:
    hour = slot % 24
    consumed, produced = consumed_wh(member, hour, slot), produced_wh(member, hour, slot)
    both = consumed is not None and produced is not None
    return {
        "user_sk": f"sk-{member}",
        "user_id": member,
        "zone": ZONES[member],
        "period_start_utc": (FIRST + timedelta(hours=slot)).replace(tzinfo=None),
        "period_minutes": 60,
        "consumption_kwh": kwh(consumed),
        "production_kwh": kwh(produced),
        "self_consumption_kwh": kwh(min(consumed, produced)) if both else None,
        "surplus_kwh": kwh(max(produced - consumed, 0)) if both else None,
        "deficit_kwh": kwh(max(consumed - produced, 0)) if both else None,
        "consumption_estimated_kwh": None,
        "production_estimated_kwh": None,
        "estimation_method": None,
        "consumption_minutes": 0 if consumed is None else 60,
        "consumption_estimated_minutes": 0,
        "consumption_provenance": None if consumed is None else "measured",
        "production_provenance": "simulated" if PANELS_KWP[member] else None,
        "is_anomaly": slot % 97 == 5 and consumed is not None,
        "anomaly_reason": "spike" if slot % 97 == 5 and consumed is not None else None,
    }


def flows() -> pl.DataFrame:
    """Three hours of production without a reading follow the last day."""
    slots = range(DAYS * 24 + 3)
    rows = [flow_row(member, slot) for member in PANELS_KWP for slot in slots]
    known = [row for row in rows if row["consumption_kwh"] is not None or row["production_provenance"] is not None]
    energy = [name for name in columns("warehouse.fact_energy_flow") if name.endswith("_kwh")]
    return pl.DataFrame(known, schema_overrides=dict.fromkeys(energy, pl.Decimal(18, 6)), infer_schema_length=None)


def calendar() -> pl.DataFrame:
    starts = [(FIRST + timedelta(hours=slot)).replace(tzinfo=None) for slot in range((DAYS + 2) * 24)]
    local = pl.col("period_start_utc").dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/London")
    return pl.DataFrame({"period_start_utc": starts}).select(
        "period_start_utc",
        pl.lit(60, pl.Int64).alias("period_minutes"),
        local.dt.replace_time_zone(None).alias("local_start"),
        local.dt.date().alias("local_date"),
        local.dt.hour().cast(pl.Int64).alias("local_hour"),
        local.dt.weekday().cast(pl.Int64).alias("weekday"),
        local.dt.strftime("%A").alias("weekday_name"),
        local.dt.month().cast(pl.Int64).alias("month"),
        local.dt.year().cast(pl.Int64).alias("year"),
        pl.lit("spring").alias("season"),
        (local.dt.weekday() > 5).alias("is_weekend"),
        pl.lit(False).alias("is_holiday"),
        pl.lit(None, pl.String).alias("holiday_name"),
    )


def daily(flow: pl.DataFrame) -> pl.DataFrame:
    energy = [name for name in columns("warehouse.fact_energy_balance_daily") if name.endswith("_kwh")]
    by_day = flow.group_by("user_id", pl.col("period_start_utc").dt.truncate("1d")).agg(
        pl.col("zone").last(),
        pl.len().cast(pl.Int64).alias("slots"),
        pl.col(energy).sum(),
        pl.col("consumption_provenance", "production_provenance").drop_nulls().first(),
    )
    return by_day.select(list(columns("warehouse.fact_energy_balance_daily")))


def traded(flow: pl.DataFrame) -> pl.DataFrame:
    """The slots that are settled: half of each surplus is sold, and a quarter of each deficit bought."""
    local = calendar().select("period_start_utc", "local_date", "local_hour")
    return (
        flow.drop_nulls("self_consumption_kwh")
        .join(local, on="period_start_utc")
        .with_columns(
            (pl.col("surplus_kwh") / 2).cast(pl.Decimal(18, 6)).alias("sold_kwh"),
            (pl.col("deficit_kwh") / 4).cast(pl.Decimal(18, 6)).alias("bought_kwh"),
        )
        .with_columns(
            (pl.col("surplus_kwh") - pl.col("sold_kwh")).alias("grid_export_kwh"),
            (pl.col("deficit_kwh") - pl.col("bought_kwh")).alias("grid_import_kwh"),
            (pl.col("bought_kwh").cast(pl.Float64) / 8).cast(pl.Decimal(18, 6)).alias("bought_eur"),
            (pl.col("sold_kwh").cast(pl.Float64) / 8).cast(pl.Decimal(18, 6)).alias("sold_eur"),
            (pl.col("surplus_kwh").cast(pl.Float64) / 10).cast(pl.Decimal(18, 6)).alias("revenue_eur"),
            (pl.col("bought_kwh").cast(pl.Float64) / 5).cast(pl.Decimal(18, 6)).alias("saving_eur"),
        )
    )


SETTLED = ("consumption", "production", "self_consumption", "bought", "sold", "grid_import", "grid_export")


def zone_slots(slots: pl.DataFrame) -> pl.DataFrame:
    return slots.group_by("zone", "period_start_utc", "local_date", "local_hour").agg(
        pl.len().cast(pl.Int64).alias("members"),
        pl.lit(0, pl.Int64).alias("provisional_members"),
        (pl.col("sold_kwh") > 0).sum().cast(pl.Int64).alias("trades"),
        pl.col(*(f"{name}_kwh" for name in SETTLED), "bought_eur", "sold_eur", "revenue_eur", "saving_eur").sum(),
    )


def key_figures(slots: pl.DataFrame) -> pl.DataFrame:
    """Of days only, as the dashboard sums them."""
    co2_kg = (pl.col("bought_kwh").sum().cast(pl.Float64) * 0.3).cast(pl.Decimal(18, 10))
    return slots.group_by("user_id", "local_date").agg(
        pl.col("zone").last(),
        pl.lit("day").alias("period"),
        (pl.col("bought_kwh") + pl.col("sold_kwh") > 0).any().alias("is_active"),
        pl.lit(False).alias("is_provisional"),
        pl.col(*(f"{name}_kwh" for name in SETTLED), "revenue_eur", "saving_eur").sum(),
        co2_kg.alias("co2_saved_kg"),
        *(pl.lit(0, pl.Decimal(18, 3)).alias(name) for name in ("co2_as_car_km", "co2_as_tree_years")),
    )


def register() -> pl.DataFrame:
    """Everybody's entry since long; Anna's was another until the second day."""
    entries = [(member, FIRST - timedelta(days=400), None) for member in PANELS_KWP if member != "anna"]
    entries += [("anna", FIRST - timedelta(days=400), FIRST + timedelta(days=1))]
    entries += [("anna", FIRST + timedelta(days=1), None)]
    rows = [
        {
            "user_sk": f"sk-{member}-{began.date()}",
            "user_id": member,
            "meter_id": f"MAC-{member}",
            "zone": ZONES[member],
            "latitude": 51.5 if ZONES[member] == "north" else 50.8,
            "longitude": -0.1,
            "panel_size_kwp": PANELS_KWP[member],
            "member_type": "prosumer" if PANELS_KWP[member] else "consumer",
            "valid_from_utc": began.replace(tzinfo=None),
            "valid_to_utc": ended.replace(tzinfo=None) if ended else None,
            "effective_date": began.date(),
            "expiration_date": ended.date() if ended else None,
            "is_current": ended is None,
            "provenance": "measured",
        }
        for member, began, ended in entries
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def zone_centres() -> pl.DataFrame:
    return pl.DataFrame({"zone": ["north", "south"], "latitude": [51.5, 50.8], "longitude": [-0.1, -0.1]})


def register_gaps() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "gap": ["member without meter", "meter without member", "meter without member", "meter without readings"],
            "user_id": ["emil", None, None, "fred"],
            "meter_id": [None, "MAC9", "MAC8", "MAC7"],
            "readings": [0, 40, 2, 0],
            "energy_kwh": [Decimal("0.000"), Decimal("12.500"), Decimal("0.250"), Decimal("0.000")],
        }
    )
