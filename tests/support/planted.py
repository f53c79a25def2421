"""Rows that keep every promise of their contract, and for each promise a row that breaks it alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from harness.lake_steps import stored
from wattlake.lake.contracts import Column, columns, contracts, spec
from wattlake.lake.contracts.units import READING_MINUTES
from wattlake.lake.quality.rows import faults_of

START = stored(2013, 1, 1)
BY_TYPE: dict[str, Any] = {"varchar": "a", "boolean": False, "date": START.date(), "timestamp": START}
CALENDAR_BEGINS = stored(2000, 1, 1)
GOOD: dict[str, dict[str, Any]] = {
    "silver.weather_forecast": {"horizon_hours": 0},
    "gold.member_version": {"valid_to_utc": None, "production_meter_id": None},
    "gold.meter_daily": {"measured_minutes": 30},
    "gold.energy_flow": {"consumption_kwh": 3, "production_kwh": 2, "deficit_kwh": 2},
    "gold.energy_balance_daily": {"consumption_kwh": 3, "production_kwh": 3},
    "gold.calendar": {"period_start_utc": CALENDAR_BEGINS, "local_start": CALENDAR_BEGINS, "local_hour": 0}
    | {"local_date": CALENDAR_BEGINS.date(), "weekday": 6, "is_weekend": True, "holiday_name": None},
    "gold.forecast": {"horizon_hours": 0.0},
    "gold.forecast_feature_issued": {"horizon_hours": 0.0},
    "gold.group_forecast": {"horizon_hours": 0.0},
    "gold.price_forecast": {"horizon_hours": 0.0},
    "gold.surplus_advice": {"advice": "SELL"},
    "gold.settled_position": {"entry": 1, "consumption_kwh": 3, "production_kwh": 3},
    "gold.settled_trade": {"entry": 1, "buyer_id": "b"},
    "gold.market_daily": {"consumption_kwh": 3, "production_kwh": 3, "saving_eur": 0},
    "gold.member_bill_monthly": {"consumption_kwh": 3, "production_kwh": 3, "saving_eur": 0},
    "gold.zone_slot": {"consumption_kwh": 3, "production_kwh": 3},
    "gold.panel_kpi_daily": {"energy_kwh": 0},
    "warehouse.dim_user": {"is_current": True, "valid_to_utc": None},
    "warehouse.fact_energy_transaction": {"buyer_sk": "b"},
    "star.fact_energy_transactions": {"buyer_sk": "b"},
}
"""What a good row of a table has where the plainest value of the type would break a rule."""

SPOILED: dict[tuple[str, str], dict[str, Any]] = {
    ("silver.carbon_intensity", "a value is given"): {"forecast_gco2_per_kwh": None, "actual_gco2_per_kwh": None},
    ("silver.weather_forecast", "the horizon is from the hour of issue"): {"horizon_hours": 5},
    ("silver.member", "nobody leaves before coming"): {"left_utc": stored(2012, 1, 1)},
    ("silver.member", "panels have a tilt and an azimuth"): {"tilt_degrees": None},
    ("gold.member_version", "panels have a tilt and an azimuth"): {"azimuth_degrees": None},
    ("gold.member_version", "stretches do not end before they begin"): {"valid_to_utc": stored(2012, 1, 1)},
    ("gold.meter_daily", "readings have 1 to 60 minutes"): {"readings": 31},
    ("gold.meter_daily", "readings ge 1"): {"readings": 0, "measured_minutes": 0},
    ("gold.meter_daily", "measured_minutes le 1440"): {"measured_minutes": 1441, "readings": 50},
    ("gold.energy_flow", "consumption_kwh ge 0"): {"consumption_kwh": -1, "deficit_kwh": None},
    ("gold.energy_flow", "production_kwh ge 0"): {"production_kwh": -1, "surplus_kwh": None},
    ("gold.energy_flow", "self_consumption_kwh ge 0"): {"self_consumption_kwh": -1, "consumption_kwh": None}
    | {"production_kwh": None},
    ("gold.energy_flow", "surplus_kwh ge 0"): {"surplus_kwh": -1, "production_kwh": None},
    ("gold.energy_flow", "deficit_kwh ge 0"): {"deficit_kwh": -1, "consumption_kwh": None},
    ("gold.energy_flow", "production is self-consumption and surplus"): {"surplus_kwh": 3, "consumption_kwh": None},
    ("gold.energy_flow", "consumption is self-consumption and deficit"): {"deficit_kwh": 5, "production_kwh": None},
    ("gold.energy_flow", "production and grid import are consumption and grid export"): {"self_consumption_kwh": None}
    | {"deficit_kwh": 9},
    ("gold.energy_flow", "readings cover no more than the slot"): {"consumption_minutes": 20, "period_minutes": 15},
    ("gold.energy_flow", "energy says where it comes from"): {"production_provenance": None},
    ("gold.energy_balance_daily", "production holds self-consumption and surplus"): {"production_kwh": 1},
    ("gold.energy_balance_daily", "consumption holds self-consumption and deficit"): {"consumption_kwh": 1},
    ("gold.calendar", "local date and hour are of the local start"): {"local_hour": 5},
    ("gold.calendar", "weekends are Saturdays and Sundays"): {"is_weekend": False},
    ("gold.calendar", "holidays have names"): {"is_holiday": True},
}
"""How to break a promise where setting its column beyond its bounds would not, or would break another, too."""


SPOILED |= {
    ("ops.settlement", "slots ge 1"): {"slots": 0, "reversed_slots": 0, "provisional_slots": 0},
    ("ops.settlement", "no more slots are reversed than booked"): {"reversed_slots": 2},
    ("ops.settlement", "no more slots are provisional than booked"): {"provisional_slots": 2},
    ("gold.settled_slot", "no more is traded than there is"): {"traded_kwh": 5},
    ("gold.settled_trade", "nobody trades with themselves"): {"buyer_id": "a"},
    ("gold.settled_trade", "energy is sold in a booking"): {"energy_kwh": 0},
    ("gold.market_daily", "the parts add up to the total"): {"fee_eur": 2},
    ("gold.market_daily", "the saving is against the grid alone"): {"saving_eur": 7},
    ("gold.member_bill_monthly", "the parts add up to the total"): {"bought_eur": 2},
    ("gold.member_bill_monthly", "the saving is against the grid alone"): {"saving_eur": 7},
}
MEAN_HELD = "every band holds the mean"
BANDS, WIDER = "each band holds the narrower one", "wider bands hold no less"
FORECASTS = ("gold.forecast", "gold.group_forecast", "gold.price_forecast")
for _table in (*FORECASTS, "gold.forecast_feature_issued"):
    SPOILED |= {
        (_table, "periods start on the grid of their length"): {"period_start_utc": START + timedelta(minutes=7)}
        | {"horizon_hours": 7 / 60},
        (_table, "the horizon is from the issue to the slot"): {"horizon_hours": 3.0},
        (_table, "horizon_hours ge 0"): {"horizon_hours": -1.0, "issued_at_utc": stored(2013, 1, 1, 1)},
    }
SPOILED |= {
    **{(table, BANDS): {"lower_eur_per_mwh" if "price" in table else "lower_kwh": 2} for table in FORECASTS},
    ("gold.forecast", MEAN_HELD): {"mean_kwh": 2},
    ("gold.live_alert", "alerts end after they begin"): {"ended_at_utc": stored(2012, 1, 1)},
    ("gold.price_forecast", "a published price is certain"): {"tier": "published", "upper_eur_per_mwh": 2},
    ("gold.surplus_advice", "the band holds the expectation"): {"expected_surplus_kwh": 2},
    ("gold.surplus_advice", "the advice is what the band says"): {"advice": "BUY"},
    ("ops.forecast_score", "slots ge 1"): {"slots": 0, "slots_in_50": 0, "slots_in_80": 0, "slots_in_95": 0},
    ("ops.forecast_score", WIDER): {"slots_in_50": 2},
}
ANY_LENGTH = ", ".join(map(str, READING_MINUTES))
OF_ANY_LENGTH = ("silver.meter_reading", "gold.gap_fill", "gold.panels_alike")
DC, FAILS = "DC power is about AC power", "no more fails than was read"
READ = ("ac_power_w", "dc_power_w", "daily_yield_kwh", "total_yield_kwh", "irradiance_w_per_m2")
SPOILED |= {
    ("silver.inverter_reading", "period_minutes is one of 1, 5, 10, 15, 30, 60"): {"period_minutes": 8},
    ("silver.weather_station", "period_minutes is one of 1, 5, 10, 15, 30, 60"): {"period_minutes": 8},
    **{(table, f"period_minutes is one of {ANY_LENGTH}"): {"period_minutes": 8} for table in OF_ANY_LENGTH},
    ("silver.inverter_reading", "something was read"): dict.fromkeys(
        (*READ, "module_temperature_celsius", "ambient_temperature_celsius")
    ),
    ("silver.inverter_reading", DC): {"ac_power_w": 2000, "dc_power_w": 9000},
    ("silver.panel", "no panel ends before it begins"): {"decommissioned_utc": stored(2012, 1, 1)},
    ("gold.panel_daily", FAILS): {"failing_readings": 9},
    ("gold.plant_interval", "noon is at most half a day away"): {"solar_minutes": 800},
    ("gold.panel_case", "a case begins before it is found"): {"began_utc": START + timedelta(days=1)},
    ("gold.panel_kpi_daily", "DC energy is about AC energy"): {"energy_kwh": 2000, "dc_per_ac_ratio": 3.0},
}
NOT_NEGATIVE = {
    "self_consumption_kwh": {"consumption_kwh": 1, "production_kwh": 1},
    "bought_kwh": {"consumption_kwh": 1},
    "grid_import_kwh": {"consumption_kwh": 1},
    "sold_kwh": {"production_kwh": 1},
    "grid_export_kwh": {"production_kwh": 1},
}
"""What else balances a row of settled energy in which one part of it is -1."""

CONSUMED, PRODUCED = (
    "consumption is self-consumption, bought and drawn",
    "production is self-consumption, sold and fed in",
)
SOLD_IS_BOUGHT = "what is sold is bought, and paid for"
for _table in ("gold.settled_position", "gold.market_daily", "gold.member_bill_monthly", "gold.zone_slot"):
    _said = "is not negative in a booking" if _table == "gold.settled_position" else "ge 0"
    SPOILED |= {(_table, f"{name} {_said}"): {name: -1, **rest} for name, rest in NOT_NEGATIVE.items()}
    SPOILED |= {(_table, CONSUMED): {"consumption_kwh": 9}, (_table, PRODUCED): {"production_kwh": 9}}
SPOILED |= {(f"gold.settled_{name}", "entry is one of 1, -1"): {"entry": 2} for name in ("position", "trade")}

WEATHER = ("silver.weather_hourly", "silver.weather_forecast", "gold.weather_hourly")
SUNSHINE = "direct and diffuse irradiance are about the global"
LOCAL_HOUR = "local date and hour are of the local start"
WEEKENDS = "weekends are Saturdays and Sundays"
SPOILED |= {(table, SUNSHINE): {"shortwave_w_per_m2": 500.0} for table in WEATHER}

IMPLIED: dict[tuple[str, str], set[str]] = {
    (table, f"{name}_w_per_m2 le 1500"): {SUNSHINE} for table in WEATHER for name in ("shortwave", "direct", "diffuse")
} | {
    ("gold.calendar", "local_hour ge 0"): {LOCAL_HOUR},
    ("gold.calendar", "local_hour le 23"): {LOCAL_HOUR},
    ("gold.calendar", "weekday ge 1"): {WEEKENDS},
    ("gold.calendar", "weekday le 7"): {WEEKENDS},
    ("gold.calendar", "key is unique"): {"no slot is left out"},
    ("gold.energy_balance_daily", "consumption_kwh ge 0"): {"consumption holds self-consumption and deficit"},
    ("gold.energy_balance_daily", "production_kwh ge 0"): {"production holds self-consumption and surplus"},
    ("gold.energy_flow", "consumption_minutes le 60"): {"readings cover no more than the slot"},
    **{
        (table, f"{name}_kwh ge 0"): {BANDS}
        for table in FORECASTS[:2]
        for name in ("expected", "upper", "lower_80", "upper_80", "lower_50", "upper_50")
    },
    ("gold.forecast", "mean_kwh ge 0"): {MEAN_HELD},
    ("gold.forecast", "upper_50_kwh ge 0"): {BANDS, MEAN_HELD},
    **{("silver.inverter_reading", f"ac_power_w {bound}"): {DC} for bound in ("ge -10000000000", "le 10000000000")},
    ("gold.panel_daily", "daylight_readings ge 0"): {FAILS},
    **{("ops.forecast_score", f"slots_in_{share} ge 0"): {WIDER} for share in (80, 95)},
    ("gold.surplus_advice", "lower_surplus_kwh is given"): {"the advice is what the band says"},
    ("gold.surplus_advice", "advice is one of 'SELL', 'BUY', 'HOLD'"): {"the advice is what the band says"},
    ("gold.member_version", "key is unique"): {
        "entries of one member do not overlap",
        "a meter has one owner at a time",
    },
    ("gold.meter_daily", "measured_minutes ge 0"): {"readings have 1 to 60 minutes"},
    ("gold.settled_slot", "supply_kwh ge 0"): {"no more is traded than there is"},
    ("gold.settled_slot", "demand_kwh ge 0"): {"no more is traded than there is"},
    ("gold.settled_position", "bought_kwh is not negative in a booking"): {SOLD_IS_BOUGHT},
    ("gold.settled_position", "sold_kwh is not negative in a booking"): {SOLD_IS_BOUGHT},
    ("gold.market_daily", "bought_kwh ge 0"): {SOLD_IS_BOUGHT},
    ("gold.market_daily", "sold_kwh ge 0"): {SOLD_IS_BOUGHT},
    ("gold.market_comparison", "bought_kwh ge 0"): {SOLD_IS_BOUGHT},
    ("gold.market_comparison", "sold_kwh ge 0"): {SOLD_IS_BOUGHT},
    ("gold.market_daily", "consumption_kwh ge 0"): {CONSUMED},
    ("gold.market_daily", "production_kwh ge 0"): {PRODUCED},
    ("gold.member_bill_monthly", "consumption_kwh ge 0"): {CONSUMED},
    ("gold.member_bill_monthly", "production_kwh ge 0"): {PRODUCED},
    ("gold.zone_slot", "consumption_kwh ge 0"): {CONSUMED},
    ("gold.zone_slot", "production_kwh ge 0"): {PRODUCED},
    ("warehouse.dim_user", "is_current is given"): {"one entry of each member is current"},
    ("warehouse.dim_user", "key is unique"): {
        "one entry of each member is current",
        "entries of one user do not overlap",
    },
}
"""What a broken promise cannot but break, too."""


@dataclass(frozen=True)
class Planted:
    """A fault: the row that has it, and the check that must find it."""

    table: str
    check_name: str
    row: dict[str, Any]

    @property
    def found(self) -> set[str]:
        """The checks that find it: its own, and those that cannot but find it, too."""
        return {self.check_name} | IMPLIED.get((self.table, self.check_name), set())


def good_row(table: str) -> dict[str, Any]:
    """A row of a table that keeps every promise."""
    return {column.name: _good_value(column) for column in columns(table).values()} | GOOD.get(table, {})


def faults_of_rows() -> Iterator[Planted]:
    """For each promise that a contract makes of a row by itself, a row that breaks it."""
    for table in contracts():
        rules = {rule.name for rule in spec(table).rules}
        for fault in faults_of(table):
            spoiled = SPOILED.get((table, fault.name))
            if spoiled is None and fault.name in rules:
                spoiled = {"period_start_utc": START + timedelta(minutes=7)}
            yield Planted(table, fault.name, good_row(table) | (spoiled or _beyond(table, fault.name)))


@dataclass(frozen=True)
class PlantedStretches:
    """Entries of one user, some of whom break a promise, and the one check that must find that."""

    check_name: str
    rows: tuple[dict[str, Any], ...]


def faults_of_users() -> Iterator[PlantedStretches]:
    """For each promise of ``warehouse.dim_user`` that rows break together, rows that break it."""
    alone, overlaps, gap = (
        "one entry of each member is current",
        "entries of one user do not overlap",
        "entries of one user leave no gap but after a `left` date",
    )
    yield PlantedStretches(alone, (user_entry(1, None, is_current=False),))
    yield PlantedStretches(alone, (user_entry(1, 10), user_entry(10, None)))
    yield PlantedStretches(overlaps, (user_entry(1, 10, is_current=False), user_entry(5, None)))
    yield PlantedStretches(overlaps, (user_entry(1, None, is_current=False), user_entry(10, None)))
    yield PlantedStretches(gap, (user_entry(1, 10, is_current=False), user_entry(11, None)))
    yield PlantedStretches(gap, (user_entry(1, 10),))


def user_entry(begin: int, end: int | None, is_current: bool = True) -> dict[str, Any]:
    """A user's entry from one day of January to another."""
    stretch = {"valid_from_utc": stored(2013, 1, begin), "valid_to_utc": stored(2013, 1, end) if end else None}
    return good_row("warehouse.dim_user") | stretch | {"user_sk": f"from {begin}", "is_current": is_current}


def _beyond(table: str, check_name: str) -> dict[str, Any]:
    """The value that breaks what the contract says of one column."""
    name, _, promise = check_name.partition(" ")
    column = columns(table)[name]
    if promise == "is given":
        return {name: None}
    if promise.startswith("is one of"):
        if column.sql_type == "varchar":
            return {name: "something else"}
        allowed = next(of["allowed_values"] for kind, of in column.checks if kind == "isin")
        return {name: 1 if 1 not in allowed else max(allowed) + 1}
    bound = float(promise.split()[1])
    return {name: bound - 1 if promise.startswith("g") else bound + 1}


def _good_value(column: Column) -> Any:
    if column.sql_type in BY_TYPE and not column.checks:
        return BY_TYPE[column.sql_type]
    low = 1.0
    for check_name, statistics in column.checks:
        if check_name == "isin":
            return statistics["allowed_values"][-1]
        if check_name.startswith("greater"):
            low = max(low, statistics["min_value"])
    return low
