-- One row is how complete one member's consumption is on one UTC day of which the community has any energy.
with day as (
    select distinct period_start_utc as day_utc
    from gold.energy_balance_daily
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

stretch as (
    select
        owned.member_id,
        day.day_utc,
        date_diff('second', day.day_utc, greatest(owned.valid_from_utc, day.day_utc)) as begins_second,
        date_diff('second', day.day_utc, least(owned.valid_to_utc, day.day_utc + interval 1 day)) as ends_second
    from gold.member_meter as owned
    inner join day
        on
            owned.valid_from_utc < day.day_utc + interval 1 day
            and coalesce(owned.valid_to_utc, timestamp 'infinity') > day.day_utc
    where owned.measures = 'consumption'
),

expected as (
    select
        member_id,
        day_utc,
        -- A slot belongs, whole, to whoever has the meter when it starts.
        cast(sum(ceil(ends_second / ($slot_minutes * 60)) - ceil(begins_second / ($slot_minutes * 60))) as bigint)
        * $slot_minutes as minutes
    from stretch
    group by member_id, day_utc
)

select
    expected.member_id,
    expected.day_utc as period_start_utc,
    expected.minutes as expected_minutes,
    coalesce(balance.consumption_minutes, 0) as measured_minutes,
    coalesce(balance.consumption_estimated_minutes, 0) as estimated_minutes,
    expected.minutes - measured_minutes - estimated_minutes as missing_minutes,
    cast(measured_minutes / expected.minutes as decimal(5, 4)) as completeness_ratio
from expected
left join gold.energy_balance_daily as balance
    on
        expected.member_id = balance.member_id
        and expected.day_utc = balance.period_start_utc
        and balance.period_start_utc >= $from_utc
        and balance.period_start_utc < $to_utc
where expected.minutes > 0
