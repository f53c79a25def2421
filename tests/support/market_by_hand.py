"""The market once more, from silver and without a line of its SQL: who trades what at the mid-market rate.

It is made for complete readings of meters, production included; nothing is estimated and no panel is modelled.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Any

import polars as pl

from wattlake.lake.settings import Settings

SLOT = pl.col("period_start_utc").dt.truncate("1h").alias("slot")
MEASURES = {"meter_id": "consumption_kwh", "production_meter_id": "production_kwh"}


@dataclass(frozen=True)
class Grid:
    """The grid in one slot, in micro-euros and grams for a kilowatt-hour."""

    buy: int
    sell: int
    carbon: Decimal


def energy(readings: pl.DataFrame, register: pl.DataFrame) -> pl.DataFrame:
    """Each member's consumption and production by slot (mWh), with its zone: from readings and register."""
    entries = register.sort("member_id", "valid_from_utc").with_columns(
        pl.min_horizontal(pl.col("valid_from_utc").shift(-1).over("member_id"), "left_utc").alias("valid_to_utc")
    )
    owned = pl.concat(
        entries.filter(pl.col(meter).is_not_null()).select(
            pl.col(meter).alias("meter"), pl.lit(measure).alias("measure"), "member_id", "zone", "valid_from_utc",
            "valid_to_utc",
        )
        for meter, measure in MEASURES.items()
    )  # fmt: skip
    return (
        readings.join(owned, left_on="meter_id", right_on="meter")
        .with_columns(SLOT)
        .filter(
            pl.col("slot") >= pl.col("valid_from_utc"),
            pl.col("valid_to_utc").is_null() | (pl.col("slot") < pl.col("valid_to_utc")),
        )
        .pivot("measure", index=["slot", "member_id", "zone"], values="energy_kwh", aggregate_function="sum")
        .with_columns((pl.col("consumption_kwh", "production_kwh").fill_null(0) * 1_000_000).cast(pl.Int64))
        .sort("slot", "member_id")
    )


def grid(prices: pl.DataFrame, intensities: pl.DataFrame, settings: Settings) -> dict[Any, Grid]:
    """What the grid charges, pays and emits in each slot: from spot prices and half-hours of carbon intensity."""
    known: dict[Any, list[Decimal]] = {}
    for start, forecast, actual in intensities.select(SLOT, "forecast_gco2_per_kwh", "actual_gco2_per_kwh").iter_rows():
        known.setdefault(start, []).append(Decimal(str(forecast if actual is None else actual)))
    by_start = {}
    for start, spot in prices.select("period_start_utc", "spot_eur_per_mwh").iter_rows():
        added = settings.retail_markup_eur_per_kwh + settings.retail_levies_eur_per_kwh
        buy = (spot / 1000 + added) * (1 + settings.vat_ratio)
        sell = max(spot / 1000 - settings.feed_in_deduction_eur_per_kwh, settings.feed_in_floor_eur_per_kwh)
        carbon = known.get(start, [settings.carbon_gco2_per_kwh])
        by_start[start] = Grid(_micro(buy), _micro(sell), sum(carbon) / len(carbon))
    return by_start


def _micro(eur: Decimal) -> int:
    return int((eur * 1_000_000).quantize(Decimal(1), ROUND_HALF_UP))


def shared(energy: int, claims: Mapping[str, int]) -> dict[str, int]:
    """Whole milliwatt-hours in proportion to claims, by largest remainder, ties by id."""
    total = sum(claims.values())
    parts = {name: energy * claim // total for name, claim in claims.items()}
    by_remainder = sorted(claims, key=lambda name: (-(energy * claims[name] % total), name))
    for name in by_remainder[: energy - sum(parts.values())]:
        parts[name] += 1
    return parts


def zones_in_order(centres: Mapping[str, tuple[float, float]]) -> list[str]:
    """Zones from the first by name on, each followed by the one nearest to it of those that are left."""
    walk, left = [min(centres)], set(centres) - {min(centres)}
    while left:
        walk.append(min(left, key=lambda zone: (_km(centres[walk[-1]], centres[zone]), zone)))
        left.remove(walk[-1])
    return walk


def _km(here: tuple[float, float], other: tuple[float, float]) -> float:
    (north, east), (to_north, to_east) = (map(radians, point) for point in (here, other))
    half = sin((to_north - north) / 2) ** 2 + cos(north) * cos(to_north) * sin((to_east - east) / 2) ** 2
    return 12742 * asin(sqrt(half))


def pairs(sold: Iterable[tuple[str, int]], bought: Iterable[tuple[str, int]]) -> list[tuple[str, str, int]]:
    """Who sells how much to whom, where both sides stand in a row: as far as the shorter side goes."""
    sellers, buyers = ([[name, wh] for name, wh in side if wh] for side in (sold, bought))
    trades = []
    while sellers and buyers:
        traded = min(sellers[0][1], buyers[0][1])
        trades.append((sellers[0][0], buyers[0][0], traded))
        for side in (sellers, buyers):
            side[0][1] -= traded
            if not side[0][1]:
                side.pop(0)
    return trades


def settled(members: list[dict[str, Any]], grid: Grid, fee: int, order: list[str]) -> list[dict[str, Any]]:
    """What one slot comes to for each member, in milliwatt-hours and micro-euros."""
    lacking = {member["member_id"]: max(member["consumption_kwh"] - member["production_kwh"], 0) for member in members}
    left = {member["member_id"]: max(member["production_kwh"] - member["consumption_kwh"], 0) for member in members}
    ceiling = grid.buy - fee - 1000
    tradable = min(sum(lacking.values()), sum(left.values())) if ceiling >= grid.sell else 0
    bought, sold = (shared(tradable, side) if tradable else dict.fromkeys(side, 0) for side in (lacking, left))
    price = max(min((grid.buy + grid.sell) // 2, ceiling), grid.sell)
    paid = _paid({member["member_id"]: member["zone"] for member in members}, sold, bought, price, order)
    return [
        member
        | {
            "self_consumption_kwh": min(member["consumption_kwh"], member["production_kwh"]),
            "bought_kwh": bought[name],
            "sold_kwh": sold[name],
            "grid_import_kwh": lacking[name] - bought[name],
            "grid_export_kwh": left[name] - sold[name],
            "bought_eur": paid[name],
            "sold_eur": sold[name] * price // 1_000_000,
            "fee_eur": bought[name] * fee // 1_000_000,
            "grid_import_eur": _up(lacking[name] * grid.buy) - _up(bought[name] * grid.buy),
            "grid_export_eur": left[name] * grid.sell // 1_000_000 - sold[name] * grid.sell // 1_000_000,
            "alone_eur": _up(lacking[name] * grid.buy) - left[name] * grid.sell // 1_000_000,
            "co2_saved_kg": int(bought[name] * grid.carbon * 10),  # As many ten-thousandths of a milligram.
        }
        for member in members
        for name in [member["member_id"]]
    ]


def _paid(
    zones: dict[str, str], sold: dict[str, int], bought: dict[str, int], price: int, order: list[str]
) -> dict[str, int]:
    """What each member pays its neighbours: pairs inside zones first, then between them, rounded along each seller."""
    names = sorted(zones, key=lambda name: (order.index(zones[name]), name))
    trades = []
    for zone in order:
        inside = [name for name in names if zones[name] == zone]
        trades += pairs([(name, sold[name]) for name in inside], [(name, bought[name]) for name in inside])
    rest_sold = [(name, sold[name] - sum(wh for who, _, wh in trades if who == name)) for name in names]
    rest_bought = [(name, bought[name] - sum(wh for _, who, wh in trades if who == name)) for name in names]
    trades += pairs(rest_sold, rest_bought)
    paid, along = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for seller, buyer, wh in trades:
        paid[buyer] += (along[seller] + wh) * price // 1_000_000 - along[seller] * price // 1_000_000
        along[seller] += wh
    return paid


def _up(product: int) -> int:
    return -(-product // 1_000_000)
