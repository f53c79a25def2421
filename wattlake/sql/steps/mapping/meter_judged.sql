-- One row is one reading of a running total, with the reason why the step to it cannot be believed, if so.
-- reads: meter_stretch
with believed as (
    select
        *,
        -- Few readings between two stretches that go on from each other, or any number of zeros, are no totals.
        coalesce(
            to_kwh >= from_kwh
            and (to_kwh - from_kwh) * 3.6e6 <= bound_kw * (epoch_ms(to_utc) - epoch_ms(from_utc))
            and (to_kwh > 0 or from_kwh > 0)
            and (
                most_kwh = 0 or (readings <= 12 and readings <= readings_before_it and readings <= readings_behind_it)
            ),
            false
        ) as is_wrong
    from meter_stretch
)

select
    * exclude (
        stretch,
        readings,
        most_kwh,
        from_kwh,
        from_utc,
        total_after,
        utc_after,
        readings_before,
        readings_after,
        to_kwh,
        to_utc, readings_before_it, readings_behind_it, is_wrong
    ),
    case
        when is_contradicted then 'contradicts another total of its time'
        when is_wrong then 'a total that those before and after it contradict'
        when before_utc is null then 'no total before it'
        when is_break and (before_kwh is null or lag(is_wrong) over in_time) then 'next to a total that is set aside'
        when
            step_kwh < 0 and before_kwh > 1000 and before_kwh > 0.9 * pow(10, ceil(log10(before_kwh)))
            and (pow(10, ceil(log10(before_kwh))) + step_kwh) * 3.6e6 <= bound_kw * step_ms
            then 'the total went back: it ran over'
        when
            step_kwh < 0 and cast(timezone($zone, timezone('UTC', at_utc)) as date)
            > cast(timezone($zone, timezone('UTC', before_utc)) as date)
            then 'the total went back: it begins anew with the day'
        when step_kwh < 0 then 'the total went back'
        when is_break then 'the total jumped'
        when step_ms > 2678400000 then 'no total in the 31 days before it'
    end as step_reason
from believed
window in_time as (partition by _landing_id, meter_id, is_point order by at_utc)
