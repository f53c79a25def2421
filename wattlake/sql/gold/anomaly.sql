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
        and consumption_wh = 0
        and consumption_minutes >= 20 * 60
),

finding as (
    select
        member_id,
        period_start_utc,
        consumption_wh,
        1 as place,
        'spike' as reason
    from unusual
    where consumption_wh > spike_wh
    union all
    select
        member_id,
        period_start_utc,
        consumption_wh,
        2,
        'beyond quantile'
    from unusual
    where consumption_wh > quantile_wh
    union all
    select
        member_id,
        period_start_utc,
        consumption_wh,
        3,
        'flat line'
    from gold.flat_line
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
    union all
    select
        flow.member_id,
        flow.period_start_utc,
        flow.consumption_wh,
        4,
        'zero day'
    from gold.energy_flow as flow
    semi join zero_day
        on flow.member_id = zero_day.member_id and date_trunc('day', flow.period_start_utc) = zero_day.day_utc
    where
        flow.period_start_utc >= $from_utc
        and flow.period_start_utc < $to_utc
        and flow.consumption_wh is not null
)

select
    finding.member_id,
    finding.period_start_utc,
    string_agg(finding.reason, ', ' order by finding.place) as anomaly_reason,
    max(finding.consumption_wh) as consumption_wh,
    max(unusual.usual_wh) as usual_wh,
    max(unusual.deviation_wh) as deviation_wh,
    max(unusual.spike_wh) as spike_wh,
    max(unusual.quantile_wh) as quantile_wh
from finding
left join unusual
    on finding.member_id = unusual.member_id and finding.period_start_utc = unusual.period_start_utc
group by finding.member_id, finding.period_start_utc
