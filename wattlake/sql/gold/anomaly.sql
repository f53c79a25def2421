-- One row is one slot in which a member's consumption is unlikely, though possible, and why.
with unusual as (
    select * from gold.unusual_load where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

zero_day as (
    select
        member_id,
        period_start_utc as day_utc
    from gold.energy_balance_daily
    where
        period_start_utc >= $from_utc
        and period_start_utc < $to_utc
        and consumption_kwh = 0
        and consumption_minutes >= 20 * 60
),

finding as (
    select
        member_id,
        period_start_utc,
        consumption_kwh,
        1 as place,
        'spike' as reason
    from unusual
    where consumption_kwh > spike_kwh
    union all
    select
        member_id,
        period_start_utc,
        consumption_kwh,
        2,
        'beyond quantile'
    from unusual
    where consumption_kwh > quantile_kwh
    union all
    select
        member_id,
        period_start_utc,
        consumption_kwh,
        3,
        'flat line'
    from gold.flat_line
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
    union all
    select
        flow.member_id,
        flow.period_start_utc,
        flow.consumption_kwh,
        4,
        'zero day'
    from gold.energy_flow as flow
    semi join zero_day
        on flow.member_id = zero_day.member_id and date_trunc('day', flow.period_start_utc) = zero_day.day_utc
    where
        flow.period_start_utc >= $from_utc
        and flow.period_start_utc < $to_utc
        and flow.consumption_kwh is not null
)

select
    finding.member_id,
    finding.period_start_utc,
    string_agg(finding.reason, ', ' order by finding.place) as anomaly_reason,
    max(finding.consumption_kwh) as consumption_kwh,
    max(unusual.usual_kwh) as usual_kwh,
    max(unusual.deviation_kwh) as deviation_kwh,
    max(unusual.spike_kwh) as spike_kwh,
    max(unusual.quantile_kwh) as quantile_kwh
from finding
left join unusual
    on finding.member_id = unusual.member_id and finding.period_start_utc = unusual.period_start_utc
group by finding.member_id, finding.period_start_utc
