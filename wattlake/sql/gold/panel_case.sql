-- One row is one day of a case: what is wrong with one panel on it, and what that costs.
with recent as (
    select
        *,
        -- What was read of a silent, stuck or mostly unread day says nothing of how well a panel works.
        availability_ratio >= 1 - $fleet_gap_ratio
        and silent_minutes < $fleet_silent_minutes
        and stuck_minutes < $fleet_stuck_minutes as is_telling
    from gold.panel_kpi_daily
    where period_start_utc >= $from_utc - interval 9 day and period_start_utc < $to_utc
),

judged as (
    select
        *,
        median(peers_ratio) filter (where is_telling) over week as usual_ratio,
        median(morning_ratio) filter (where is_telling) over week as usual_morning,
        median(afternoon_ratio) filter (where is_telling) over week as usual_afternoon,
        median(begins_late_minutes) filter (where is_telling) over week as usual_begin,
        median(ends_late_minutes) filter (where is_telling) over week as usual_end,
        count(*) filter (where is_telling) over week as telling_days,
        min(period_start_utc) over week as first_utc,
        max(period_start_utc) filter (
            where is_telling and peers_ratio >= $fleet_degraded_ratio
        ) over week as last_good_utc,
        max(period_start_utc) filter (
            where is_telling and least(abs(begins_late_minutes), abs(ends_late_minutes)) < $fleet_clock_minutes
        ) over week as last_in_time_utc,
        -- How many tenfolds a panel is away from its peers: nothing but a unit does that.
        if(peers_ratio >= 0.0005, log10(peers_ratio), 0) as tenfolds,
        daylight_intervals * period_minutes as daylight_minutes
    from recent
    window week as (
        partition by plant_id, panel_id order by period_start_utc
        range between interval 9 day preceding and current row
    )
),

told as (
    select
        *,
        case
            when silent_minutes >= $fleet_silent_minutes then 'dead'
            when days_since_last_output >= 1 and daylight_intervals >= 4 and peers_kwh > 0 then 'dead'
            -- Of a plant without a sensor nobody knows that it was day, if all of it is dead.
            when daylight_intervals = 0 and expected_kwh is null and days_since_last_output >= 2 then 'dead'
            when
                stuck_minutes >= $fleet_stuck_minutes
                -- Nothing but a number that stands still has output by night.
                or (begins_late_minutes <= -240 and ends_late_minutes >= 240 and peers_ratio > 0.1)
                then 'stuck reading'
            when
                (abs(round(tenfolds)) >= 1 and abs(tenfolds - round(tenfolds)) < 0.06)
                or peers_dc_per_ac_ratio not between 0.33 and 3
                then 'swapped units'
            when tripped_minutes >= $fleet_tripped_minutes then 'tripped'
            when missing_ratio >= $fleet_gap_ratio and missing_ratio * daylight_minutes >= 60 then 'gaps'
            when not is_telling or telling_days < 4 then null
            when usual_begin * usual_end > 0 and least(abs(usual_begin), abs(usual_end)) >= $fleet_clock_minutes
                then 'clock offset'
            when
                usual_afternoon < $fleet_shaded_ratio
                and usual_afternoon < usual_morning * $fleet_shaded_ratio
                then 'shaded afternoons'
            when
                usual_ratio < $fleet_degraded_ratio
                and afternoon_ratio < $fleet_shaded_ratio
                and afternoon_ratio < morning_ratio * $fleet_shaded_ratio
                then 'shaded afternoons'
            when usual_ratio < $fleet_degraded_ratio then 'degraded'
        end as kind
    from judged
)

select
    plant_id,
    panel_id,
    period_start_utc,
    kind,
    case
        -- What shows by the week is found some days after it began.
        when kind in ('degraded', 'shaded afternoons')
            then least(coalesce(last_good_utc + interval 1 day, first_utc), period_start_utc)
        when kind = 'clock offset' then least(coalesce(last_in_time_utc + interval 1 day, first_utc), period_start_utc)
        when kind = 'dead' and days_since_last_output >= 1
            then period_start_utc - to_days(days_since_last_output - 1)
        else period_start_utc
    end as began_utc,
    case
        when kind = 'dead' then greatest(coalesce(nullif(peers_kwh, 0), expected_kwh, 0) - energy_kwh, 0)
        when kind = 'tripped' then coalesce(tripped_kwh, 0)
        when kind in ('degraded', 'shaded afternoons') then greatest(coalesce(peers_kwh, 0) - energy_kwh, 0)
        -- What a wrong clock, a wrong unit or a silent line hides is not lost.
        else 0
    end as loss_kwh,
    cast(loss_kwh * $fleet_eur_per_kwh as decimal(18, 6)) as loss_eur,
    peers_ratio,
    provenance
from told
where kind is not null and period_start_utc >= $from_utc and period_start_utc < $to_utc
