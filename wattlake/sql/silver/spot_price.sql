-- One row is the day-ahead price of one bidding zone in one period, as its newest valid answer says.
with typed as (
    select
        *,
        try_cast(unix_seconds as bigint) as seconds,
        -- Up to the year 2100: what lies beyond is no time, and adding it could overflow.
        case when seconds between 0 and 4102444800 then timestamp '1970-01-01' + to_seconds(seconds) end
            as period_start_utc,
        try_cast(price as decimal(12, 4)) as spot_eur_per_mwh
    from bronze.energy_charts
    where _landing_id between $from_landing and $to_landing
),

spaced as (
    select
        *,
        -- Repeated times are no spacing, hence nullif; the shorter side counts, so gaps do not stretch a period.
        least(
            nullif(date_diff('minute', lag(period_start_utc) over answer, period_start_utc), 0),
            nullif(date_diff('minute', period_start_utc, lead(period_start_utc) over answer), 0)
        ) as period_minutes
    from typed
    window answer as (partition by _landing_id, bidding_zone order by period_start_utc)
)

select
    trim(bidding_zone) as bidding_zone,
    period_start_utc,
    period_minutes,
    spot_eur_per_mwh,
    -- A published price is a fact, which counts as measured.
    coalesce(provenance, 'measured') as provenance,
    -- A delivery day (23:00 or 22:00 to the same hour of the next day) is published by 13:00 UTC of the day before it.
    least(_fetched_at_utc, date_trunc('day', period_start_utc + interval 2 hours) - interval 11 hours) as known_at_utc,
    _landing_id,
    case
        when trim(bidding_zone) is null or trim(bidding_zone) = '' then 'no bidding zone'
        when period_start_utc is null then 'unreadable time'
        when epoch(period_start_utc) % 900 <> 0 then 'off the quarter-hour grid'
        when not is_in_calendar(period_start_utc) then 'outside the years of the calendar'
        when price is null then 'no values'
        when spot_eur_per_mwh is null then 'unreadable price'
        when coalesce(replace(unit, ' ', ''), '') <> 'EUR/MWh' then 'unknown unit'
        when is_outside(spot_eur_per_mwh, $spot_eur_per_mwh_bounds) then 'impossible price'
        when period_minutes is null or period_minutes not in (15, 30, 60) then 'unclear length of the period'
        when not is_provenance(provenance) then 'unknown provenance'
    end as quarantine_reason
from spaced
