-- One row is one member's UTC day beside the days before it: means, deviations and maxima, changes to week and year.
with day as (
    -- A day without any reading is not known to be 0.
    select
        member_id,
        period_start_utc,
        if(consumption_minutes > 0, consumption_kwh, null) as consumption_kwh,
        if(production_provenance is not null, production_kwh, null) as production_kwh
    from gold.energy_balance_daily
)

select
    member_id,
    period_start_utc,
    consumption_kwh,
    production_kwh,
    mean_of(sum(consumption_kwh) over week, count(consumption_kwh) over week) as consumption_mean_7d_kwh,
    mean_of(sum(consumption_kwh) over weeks, count(consumption_kwh) over weeks) as consumption_mean_28d_kwh,
    mean_of(sum(production_kwh) over week, count(production_kwh) over week) as production_mean_7d_kwh,
    mean_of(sum(production_kwh) over weeks, count(production_kwh) over weeks) as production_mean_28d_kwh,
    deviation_of(list(units(consumption_kwh)) over week) as consumption_deviation_7d_kwh,
    deviation_of(list(units(consumption_kwh)) over weeks) as consumption_deviation_28d_kwh,
    deviation_of(list(units(production_kwh)) over week) as production_deviation_7d_kwh,
    deviation_of(list(units(production_kwh)) over weeks) as production_deviation_28d_kwh,
    max(consumption_kwh) over week as consumption_max_7d_kwh,
    max(consumption_kwh) over weeks as consumption_max_28d_kwh,
    max(production_kwh) over week as production_max_7d_kwh,
    max(production_kwh) over weeks as production_max_28d_kwh,
    cast(consumption_kwh - max(consumption_kwh) over week_before as decimal(18, 6)) as consumption_change_week_kwh,
    cast(consumption_kwh - max(consumption_kwh) over year_before as decimal(18, 6)) as consumption_change_year_kwh,
    cast(production_kwh - max(production_kwh) over week_before as decimal(18, 6)) as production_change_week_kwh,
    cast(production_kwh - max(production_kwh) over year_before as decimal(18, 6)) as production_change_year_kwh
from day
window
    member as (partition by member_id order by period_start_utc),
    week as (member range between interval 6 days preceding and current row),
    weeks as (member range between interval 27 days preceding and current row),
    week_before as (member range between interval 7 days preceding and interval 7 days preceding),
    -- 52 weeks before, so that a weekday meets its own.
    year_before as (member range between interval 364 days preceding and interval 364 days preceding)
