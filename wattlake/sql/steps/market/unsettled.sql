-- One row is one slot in which a member was there and is not settled, with the reason; an empty reason is a fault.
-- reads: gold.calendar, gold.energy_flow, gold.grid_slot, gold.member_version, gold.pv_output_hourly
-- reads: ops.settlement, settled
with slot as (
    select
        period_start_utc,
        local_date
    from gold.calendar
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

booked_day as (
    -- What a day was first settled by stays, whatever the settings say today.
    select
        period_start_utc as day_utc,
        arg_min(terms, settlement_id) as first_terms,
        json_extract_string(first_terms, '$.retail_eur_per_kwh') is not null
        and json_extract_string(first_terms, '$.feed_in_eur_per_kwh') is not null as is_fixed
    from ops.settlement
    group by period_start_utc
),

priced as (
    select grid.period_start_utc
    from gold.grid_slot as grid
    left join booked_day on date_trunc('day', grid.period_start_utc) = booked_day.day_utc
    where
        grid.period_start_utc >= $from_utc
        and grid.period_start_utc < $to_utc
        and case
            when booked_day.day_utc is not null then booked_day.is_fixed or grid.spot_eur_per_mwh is not null
            else grid.buy_eur_per_kwh is not null and grid.sell_eur_per_kwh is not null
        end
)

select
    member.member_id,
    slot.period_start_utc,
    slot.local_date,
    case
        when member.meter_id is null and member.production_meter_id is null then 'no meter'
        when member.meter_id is not null and coalesce(flow.consumption_kwh, flow.consumption_estimated_kwh) is null
            then 'consumption not read'
        when
            member.production_meter_id is not null
            and coalesce(flow.production_kwh, flow.production_estimated_kwh) is null
            then 'production not read'
        when member.production_meter_id is null and member.panel_kwp > 0 and output.output_w_per_kwp is null
            then 'no weather'
        when priced.period_start_utc is null then 'no price'
        when coalesce(flow.production_kwh, flow.production_estimated_kwh) is not null then 'to be settled'
        -- Who has no panels produces nothing, also where all of the consumption is estimated.
        when member.production_meter_id is null and member.panel_kwp = 0 then 'to be settled'
    end as reason
from gold.member_version as member
inner join slot
    on
        member.valid_from_utc <= slot.period_start_utc
        and coalesce(member.valid_to_utc, timestamp 'infinity') > slot.period_start_utc
anti join settled on member.member_id = settled.member_id and slot.period_start_utc = settled.period_start_utc
left join gold.energy_flow as flow
    on member.member_id = flow.member_id and slot.period_start_utc = flow.period_start_utc
left join gold.pv_output_hourly as output
    on
        member.zone = output.zone
        and member.tilt_degrees = output.tilt_degrees
        and member.azimuth_degrees = output.azimuth_degrees
        and date_trunc('hour', slot.period_start_utc) = output.period_start_utc
left join priced on slot.period_start_utc = priced.period_start_utc
