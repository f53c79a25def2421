-- One row is a member without a meter, a meter without readings or without a member, always or on days, or one of two.
with metered as (
    select
        meter_id,
        min(period_start_utc) as first_day_utc,
        sum(readings) as readings,
        sum(energy_kwh) as energy_kwh
    from gold.meter_daily
    group by meter_id
),

owned as (
    select member_id, meter_id from gold.member_version
    union
    select member_id, production_meter_id from gold.member_version where production_meter_id is not null
),

gap as (
    select 'member without meter' as gap, member_id, meter_id, 0 as readings, 0 as energy_kwh
    from owned
    where meter_id is null
    union all
    select 'meter without readings', owned.member_id, owned.meter_id, 0, 0
    from owned
    anti join metered on owned.meter_id = metered.meter_id
    where owned.meter_id is not null
    union all
    select 'meter without member', null, metered.meter_id, metered.readings, metered.energy_kwh
    from metered
    anti join owned on metered.meter_id = owned.meter_id
    union all
    select 'meter without member for a time', null, daily.meter_id, sum(daily.readings), sum(daily.energy_kwh)
    from gold.meter_daily as daily
    semi join owned on daily.meter_id = owned.meter_id
    anti join gold.member_meter as owner
        on
            daily.meter_id = owner.meter_id
            and daily.period_start_utc + interval 1 day > owner.valid_from_utc
            and daily.period_start_utc < coalesce(owner.valid_to_utc, timestamp 'infinity')
    group by daily.meter_id
    union all
    -- Both are given its energy.
    select distinct 'meter of two members', one.member_id, one.meter_id, metered.readings, metered.energy_kwh
    from gold.member_meter as one
    inner join gold.member_meter as other
        on
            one.meter_id = other.meter_id
            and one.member_id <> other.member_id
            and one.valid_from_utc < coalesce(other.valid_to_utc, timestamp 'infinity')
            and other.valid_from_utc < coalesce(one.valid_to_utc, timestamp 'infinity')
    inner join metered on one.meter_id = metered.meter_id
)

select
    gap,
    member_id as user_id,
    meter_id,
    cast(readings as bigint) as readings,
    cast(energy_kwh as decimal(18, 6)) as energy_kwh
from gap
