-- One row is one member's energy in one hour of the community's clock.
with flow as (
    select
        entry.user_sk,
        slot.zone,
        key_of_time(hour_begun_utc(slot.period_start_utc, clock.local_start)) as time_sk,
        sum(slot.production_kwh) as production_kwh,
        sum(slot.consumption_kwh) as consumption_kwh,
        sum(slot.self_consumption_kwh) as self_consumption_kwh,
        sum(slot.surplus_kwh) as surplus_kwh
    from gold.energy_flow as slot
    inner join warehouse.dim_time as clock on slot.period_start_utc = clock.period_start_utc
    left join warehouse.dim_user as entry
        on
            slot.member_id = entry.user_id
            and slot.period_start_utc >= entry.valid_from_utc
            and slot.period_start_utc < coalesce(entry.valid_to_utc, timestamp 'infinity')
    group by all
)

select
    flow.time_sk,
    flow.user_sk,
    coalesce(weather.weather_sk, 'unknown') as weather_sk,
    coalesce(price.price_sk, 0) as price_sk,
    cast(flow.production_kwh as decimal(18, 6)) as production_kwh,
    cast(flow.consumption_kwh as decimal(18, 6)) as consumption_kwh,
    cast(flow.self_consumption_kwh as decimal(18, 6)) as self_consumption_kwh,
    cast(flow.surplus_kwh as decimal(18, 6)) as surplus_kwh
from flow
left join star.dim_weather as weather on key_of_weather(flow.zone, flow.time_sk) = weather.weather_sk
left join star.dim_prices as price on flow.time_sk = price.price_sk
