"""The statements that hide readings and compare what is estimated with them."""

HIDE = """
    create table hidden as
    select reading.meter_id, gap.begin_utc, gap.hours, reading.period_start_utc, reading.energy_kwh
    from known as reading
    inner join planted as gap
        on reading.meter_id = gap.meter_id
        and reading.period_start_utc >= gap.begin_utc
        and reading.period_start_utc < gap.begin_utc + to_hours(gap.hours)
    where (gap.meter_id, gap.begin_utc - interval 1 hour) in (select (meter_id, period_start_utc) from known)
    and (gap.meter_id, gap.begin_utc + to_hours(gap.hours)) in (select (meter_id, period_start_utc) from known)
    qualify count(*) over (partition by reading.meter_id, gap.begin_utc) = gap.hours
"""
READINGS = """
    insert into silver.meter_reading by name
    select known.*, 60 as period_minutes, 'measured' as provenance, period_start_utc as known_at_utc
    from known anti join hidden using (meter_id, period_start_utc)
"""
METERS = """
    insert into gold.member_meter by name
    select distinct
        meter_id as member_id, meter_id, timestamp '1900-01-01' as valid_from_utc, '' as "zone", $measures as measures
    from known
"""
GAPS = """
    insert into gold.meter_gap by name
    select
        meter_id, begin_utc as period_start_utc, 60 * hours as period_minutes, 60 as interval_minutes,
        before.energy_kwh as before_kw, after.energy_kwh as after_kw, begin_utc as known_at_utc
    from (select distinct meter_id, begin_utc, hours from hidden) as gap
    inner join known as before using (meter_id)
    inner join known as after using (meter_id)
    where before.period_start_utc = gap.begin_utc - interval 1 hour
    and after.period_start_utc = gap.begin_utc + to_hours(gap.hours)
"""
ERRORS = """
    select
        hidden.hours as gap_hours,
        count(*) as hidden,
        {errors},
        100 * sum(abs(filled.energy_kwh - hidden.energy_kwh)) / sum(hidden.energy_kwh) as served_pct,
        100 * sum(filled.energy_kwh - hidden.energy_kwh) / sum(hidden.energy_kwh) as bias_pct,
        mode(filled.estimation_method) as served
    from hidden
    inner join candidate using (meter_id, period_start_utc)
    inner join gold.gap_fill as filled using (meter_id, period_start_utc)
    where candidate.weekday_kwh is not null and candidate.alike_kwh is not null
    group by hidden.hours
    order by hidden.hours
"""
