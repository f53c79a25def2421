-- One row is one judgement of a rule on one series, where the series is wrong somewhere or an alert is known of it.
-- reads: impossible, clock_skew, frozen, statistical, stored_alert
with judged as (
    select * from impossible
    union all by name
    select * from clock_skew
    union all by name
    select * from frozen
    union all by name
    select * from statistical
),

named as (
    select
        *,
        alert_series(rule, coalesce(meter_id, member_id), direction, quantity) as series
    from judged
)

select
    *,
    if(
        rule = 'frozen',
        concat('an event of ', short_time(at_utc), ' that came later says otherwise'),
        concat('a later event made it ', short_number(observed_value), ' ', unit)
    ) as correction
from named
where
    series in (select other.series from named as other where other.is_wrong)
    or series in (select stored_alert.series from stored_alert)
