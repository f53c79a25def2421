-- One row is one case: what is wrong with one panel over days that follow each other, worst first by `place`.
with day_of_case as (
    select
        *,
        period_start_utc > lag(period_start_utc) over of_kind + interval 14 day as is_new
    from gold.panel_case
    window of_kind as (partition by plant_id, panel_id, kind order by period_start_utc)
),

counted as (
    select
        *,
        count(*) filter (where is_new) over of_kind as number
    from day_of_case
    window of_kind as (partition by plant_id, panel_id, kind order by period_start_utc)
),

stretch as (
    select
        plant_id,
        panel_id,
        kind,
        min(began_utc) as since_utc,
        max(period_start_utc) as last_day_utc
    from counted
    group by plant_id, panel_id, kind, number
),

newest as (
    select
        plant_id,
        panel_id,
        max(period_start_utc) as newest_utc
    from gold.panel_kpi_daily
    group by plant_id, panel_id
),

told as (
    select
        stretch.plant_id,
        stretch.panel_id,
        stretch.kind,
        stretch.since_utc,
        stretch.last_day_utc,
        -- On a dull day nothing is told of a wrong clock or of shade.
        stretch.last_day_utc >= newest.newest_utc - to_days(if(stretch.kind = 'dead', 0, 3)) as is_open,
        count(*) as days,
        -- From the day on which it began, not only from that on which it was found.
        sum(
            case
                when stretch.kind = 'tripped' then coalesce(kpi.tripped_kwh, 0)
                when stretch.kind = 'dead'
                    then greatest(coalesce(nullif(kpi.peers_kwh, 0), kpi.expected_kwh, 0) - kpi.energy_kwh, 0)
                -- What a trip cost is told of the trip.
                when stretch.kind in ('degraded', 'shaded afternoons')
                    then greatest(coalesce(kpi.peers_kwh, 0) - kpi.energy_kwh - coalesce(kpi.tripped_kwh, 0), 0)
                else 0
            end
        ) as loss_kwh,
        max_by(kpi.panel_kwp, kpi.period_start_utc) as panel_kwp,
        bool_or(kpi.is_kwp_estimated) as is_kwp_estimated,
        max_by(kpi.peers_ratio, kpi.period_start_utc) as peers_ratio,
        max_by(kpi.days_since_last_output, kpi.period_start_utc) as days_since_last_output,
        max(kpi.provenance) as provenance
    from stretch
    inner join newest on stretch.plant_id = newest.plant_id and stretch.panel_id = newest.panel_id
    inner join gold.panel_kpi_daily as kpi on stretch.plant_id = kpi.plant_id and stretch.panel_id = kpi.panel_id
    where kpi.period_start_utc between stretch.since_utc and stretch.last_day_utc
    group by all
)

select
    row_number() over (
        order by is_open desc, loss_kwh / days desc, days desc, plant_id asc, panel_id asc, kind asc
    ) as place,
    plant_id,
    panel_id,
    kind,
    since_utc,
    last_day_utc,
    is_open,
    days,
    cast(loss_kwh as decimal(18, 6)) as loss_kwh,
    cast(loss_kwh * $fleet_eur_per_kwh as decimal(18, 6)) as loss_eur,
    cast(loss_kwh / days as decimal(18, 6)) as loss_kwh_per_day,
    panel_kwp,
    is_kwp_estimated,
    -- What was read in a wrong unit is thousands of times what the peers gave, or as little of it.
    if(kind = 'swapped units', null, peers_ratio) as peers_ratio,
    days_since_last_output,
    provenance
from told
