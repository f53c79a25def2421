"""A project of a community's own: the meters of heat pumps, and what they have of the consumption."""

from datetime import date, timedelta

from harness.lake_steps import land_rows, stored
from wattlake.lake.store.lake import Lake

SOURCE = """
row = "One row of the heat pumps' counters, as their portal wrote it."
[columns.meter]
type = "varchar"
meaning = "Meter of the house"
[columns.hour]
type = "varchar"
meaning = "Start of the hour, UTC"
[columns.kwh]
type = "varchar"
meaning = "Energy of the heat pump"
"""
READING_CONTRACT = """
row = "What one heat pump drew in one hour."
key = ["meter_id", "period_start_utc"]
partitioned_by = ["year(period_start_utc)"]
has_intervals = true
[columns.meter_id]
type = "varchar"
meaning = "Meter of the house"
[columns.period_start_utc]
type = "timestamp"
meaning = "Start of the hour"
[columns.period_minutes]
type = "bigint"
unit = "min"
meaning = "Length of the hour"
[columns.heat_pump_kwh]
type = "decimal(18,6)"
unit = "kWh"
meaning = "What the heat pump drew"
ge = 0
"""
READING = """-- One row is what one heat pump drew in one hour.
with typed as (
    select
        meter as meter_id,
        try_cast(hour as timestamp) as period_start_utc,
        try_cast(kwh as decimal(18, 6)) as heat_pump_kwh,
        _landing_id
    from bronze.heat_pumps
    where _landing_id between $from_landing and $to_landing
)

select
    meter_id,
    period_start_utc,
    60 as period_minutes,
    heat_pump_kwh,
    _landing_id,
    case
        when period_start_utc is null then 'unreadable time'
        when heat_pump_kwh is null then 'unreadable energy'
        when heat_pump_kwh < 0 then 'negative'
    end as quarantine_reason
from typed
"""
HOUSE_CONTRACT = """
row = "A house with a heat pump."
key = ["meter_id"]
[columns.meter_id]
type = "varchar"
meaning = "Meter of the house"
"""
HOUSE = "-- One row is a house with a heat pump.\nselect distinct meter_id from silver.heat_reading\n"
SHARE_CONTRACT = """
row = "A house's day with the share of its heat pump."
key = ["meter_id", "period_start_utc"]
partitioned_by = ["year(period_start_utc)", "month(period_start_utc)"]
[columns.meter_id]
type = "varchar"
meaning = "Meter of the house"
[columns.period_start_utc]
type = "timestamp"
meaning = "Start of the day"
[columns.energy_kwh]
type = "decimal(18,6)"
unit = "kWh"
meaning = "What the house drew"
nullable = true
[columns.heat_pump_kwh]
type = "decimal(18,6)"
unit = "kWh"
meaning = "What its heat pump drew of it"
ge = 0
"""
SHARE = """-- One row is a house's day with the share of its heat pump.
with heat as (
    select
        meter_id,
        date_trunc('day', period_start_utc) as period_start_utc,
        sum(heat_pump_kwh) as heat_pump_kwh
    from silver.heat_reading
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
    group by all
)

select
    heat.meter_id,
    heat.period_start_utc,
    meter_daily.energy_kwh,
    heat.heat_pump_kwh
from heat
inner join gold.heated_house using (meter_id)
left join gold.meter_daily using (meter_id, period_start_utc)
"""
TREND_CONTRACT = """
row = "A house with its best and its worst day."
key = ["meter_id"]
[columns.meter_id]
type = "varchar"
meaning = "Meter of the house"
[columns.days]
type = "bigint"
meaning = "Days with readings of the heat pump"
ge = 1
[columns.most_kwh]
type = "decimal(18,6)"
unit = "kWh"
meaning = "The most that the heat pump drew on a day"
"""
TREND = """-- One row is a house with its best and its worst day.
select
    meter_id,
    count(*) as days,
    max(heat_pump_kwh) as most_kwh
from gold.heat_share_daily
group by meter_id
"""
VIEW_CONTRACT = """
row = "A house's day with what is not heat."
key = ["meter_id", "period_start_utc"]
[columns.meter_id]
type = "varchar"
meaning = "Meter of the house"
[columns.period_start_utc]
type = "timestamp"
meaning = "Start of the day"
[columns.rest_kwh]
type = "decimal(18,6)"
unit = "kWh"
meaning = "What the house drew without its heat pump"
nullable = true
"""
VIEW = """-- One row is a house's day with what is not heat.
select
    meter_id,
    period_start_utc,
    (energy_kwh - heat_pump_kwh)::decimal(18, 6) as rest_kwh
from gold.heat_share_daily
"""
FILES = {
    "models/bronze/heat_pumps.toml": SOURCE,
    "models/silver/heat_reading.toml": READING_CONTRACT,
    "models/silver/heat_reading.sql": READING,
    "models/gold/heated_house.toml": HOUSE_CONTRACT,
    "models/gold/heated_house.sql": HOUSE,
    "models/gold/heat_share_daily.toml": SHARE_CONTRACT,
    "models/gold/heat_share_daily.sql": SHARE,
    "models/gold/heat_trend.toml": TREND_CONTRACT,
    "models/gold/heat_trend.sql": TREND,
    "models/warehouse/heat_rest.toml": VIEW_CONTRACT,
    "models/warehouse/heat_rest.sql": VIEW,
}
OWN = (
    "silver.heat_reading",
    "quarantine.heat_reading",
    "gold.heated_house",
    "gold.heat_share_daily",
    "gold.heat_trend",
    "warehouse.heat_rest",
)


def land_heat(lake: Lake, first: date, days: int, wh: int, *meters: str) -> None:
    """Land what some heat pumps drew on some days, with an hour that nobody can read."""
    hours = [stored(first.year, first.month, first.day) + timedelta(hours=hour) for hour in range(24 * days)]
    rows = [
        {"meter": meter, "hour": f"{hour:%Y-%m-%d %H:%M}", "kwh": f"{(wh + hour.hour) / 1000}" if number != 5 else "?"}
        for meter in meters
        for number, hour in enumerate(hours)
    ]
    land_rows(lake, "heat_pumps", f"https://heat.test/{first}/{days}/{wh}", rows)


_METER_AND_DAY = """
[columns.meter_id]
type = "varchar"
meaning = "Meter"
[columns.period_start_utc]
type = "timestamp"
meaning = "Start of the day"
"""
_OF_METER = """
key = ["meter_id"]
[columns.meter_id]
type = "varchar"
meaning = "Meter"
"""
_KWH = '[columns.{0}]\ntype = "decimal(18,6)"\nmeaning = "Energy"\nnullable = true\n'
OF_EVERY_KIND = {
    "models/gold/own_week_daily.toml": 'row = "A meter\'s day with the week around it."\nlook_back_days = 5\n'
    'look_ahead_days = 1\nkey = ["meter_id", "period_start_utc"]' + _METER_AND_DAY + _KWH.format("week_kwh"),
    "models/gold/own_week_daily.sql": """-- One row is a meter's day with the week around it.
with day as (
    select
        meter_id,
        period_start_utc,
        sum(energy_kwh) over (
            partition by meter_id order by period_start_utc
            range between interval 5 day preceding and interval 1 day following
        ) as week_kwh
    from gold.meter_daily
    where period_start_utc >= $from_utc - interval 5 day and period_start_utc < $to_utc + interval 1 day
)

select * from day where period_start_utc >= $from_utc and period_start_utc < $to_utc
""",
    "models/gold/own_meter.toml": 'row = "A meter that a member has had."' + _OF_METER,
    "models/gold/own_meter.sql": """-- One row is a meter that a member has had.
select distinct meter_id from gold.member_version where meter_id is not null
""",
    "models/gold/own_doubled_daily.toml": "row = \"A member's meter's day, doubled.\"\n"
    'key = ["meter_id", "period_start_utc"]' + _METER_AND_DAY + _KWH.format("doubled_kwh"),
    "models/gold/own_doubled_daily.sql": """-- One row is a member's meter's day, doubled.
select
    meter_id,
    period_start_utc,
    own_double(week_kwh) as doubled_kwh
from gold.own_week_daily
inner join gold.own_meter using (meter_id)
where period_start_utc >= $from_utc and period_start_utc < $to_utc
""",
    "models/gold/own_most.toml": 'row = "A meter\'s greatest week, and its readings."\nmade_by = "own_most"'
    + _OF_METER
    + _KWH.format("most_kwh")
    + '[columns.readings]\ntype = "bigint"\nmeaning = "Readings"\n',
    "models/gold/own_most.sql": """-- One row is a meter's day with its week, and how many readings the meter has.
with reading as (
    select
        meter_id,
        count(*) as readings
    from silver.meter_reading
    group by meter_id
)

select
    meter_id,
    doubled_kwh,
    readings
from gold.own_doubled_daily
inner join reading using (meter_id)
""",
    "models/warehouse/own_fact.toml": 'row = "A meter\'s greatest week."' + _OF_METER + _KWH.format("most_kwh"),
    "models/warehouse/own_fact.sql": """-- One row is a meter's greatest week.
select
    meter_id,
    most_kwh
from gold.own_most
""",
    "functions/own.py": """import polars as pl

from wattlake import function


@function
def own_double(kwh: float) -> float:
    return 2 * kwh


@function
def own_most(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("meter_id").agg(most_kwh=pl.col("doubled_kwh").max(), readings=pl.col("readings").first())
""",
}
"""A model of each kind over tables of Wattlake's own, with a function of each kind."""
