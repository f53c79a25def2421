-- One row is one hour of a member's typical day, in one season and on one kind of day, with what marks the member's use.
with hour as (
    select
        member_id,
        local_date,
        local_hour,
        season,
        if(is_weekend or is_holiday, 'day off', 'workday') as day_kind,
        sum(consumption_kwh) as consumption_kwh,
        sum(production_kwh) as production_kwh,
        sum(self_consumption_kwh) as self_consumption_kwh,
        max(cast(temperature_celsius as decimal(9, 3))) as celsius
    from gold.energy_flow_enriched
    group by all
),

typical as (
    select
        member_id,
        season,
        day_kind,
        local_hour,
        count(consumption_kwh) as days,
        mean_of(sum(consumption_kwh), count(consumption_kwh)) as typical_consumption_kwh,
        mean_of(sum(production_kwh), count(production_kwh)) as typical_production_kwh
    from hour
    group by all
),

day as (
    select member_id, local_date, sum(consumption_kwh) as consumption_kwh, sum(celsius) / count(celsius) as celsius
    from hour
    group by all
    having count(consumption_kwh) >= 23
),

warmth as (
    -- Days that were all equally warm tell nothing.
    select member_id, regr_slope(cast(consumption_kwh as double), celsius) as kwh_per_k
    from day group by all having min(celsius) < max(celsius)
),

use as (
    select
        member_id,
        quantile_disc(consumption_kwh, 0.05) as base_load_kwh,
        sum(self_consumption_kwh) / nullif(sum(production_kwh), 0) as self_use,
        sum(consumption_kwh) / 24 as even_kwh,
        sum(consumption_kwh) filter (where local_hour < 6) / (6 * even_kwh) as at_night,
        sum(consumption_kwh) filter (where local_hour between 9 and 16) / (8 * even_kwh) as by_day,
        sum(consumption_kwh) filter (where local_hour between 17 and 21) / (5 * even_kwh) as in_the_evening
    from hour
    group by all
)

select
    typical.member_id,
    typical.season,
    typical.day_kind,
    typical.local_hour,
    typical.days,
    typical.typical_consumption_kwh,
    typical.typical_production_kwh,
    first_value(typical.local_hour) over (
        partition by typical.member_id, typical.season, typical.day_kind
        order by typical.typical_consumption_kwh desc nulls last, typical.local_hour asc
    ) as peak_hour,
    cast(use.base_load_kwh as decimal(18, 6)) as base_load_kwh,
    cast(warmth.kwh_per_k as decimal(18, 6)) as weather_sensitivity_kwh_per_k,
    cast(use.self_use as decimal(5, 4)) as self_consumption_ratio,
    case
        when use.even_kwh is null or use.even_kwh = 0 then 'unknown'
        when greatest(use.at_night, use.by_day, use.in_the_evening) < 1.25 then 'even'
        when use.at_night >= greatest(use.by_day, use.in_the_evening) then 'night'
        when use.by_day >= use.in_the_evening then 'daytime'
        else 'evening'
    end as cluster
from typical
inner join use on typical.member_id = use.member_id
left join warmth on typical.member_id = warmth.member_id
