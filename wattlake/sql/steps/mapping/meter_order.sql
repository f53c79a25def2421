-- One row is one cell of a mapped file, without a time where its day may be its month: the file writes them both ways.
-- reads: meter_day = meter_day + meter_cell + plant_cell
with cell as (
    select
        *,
        written_time(label_text, $swapped_formats, $end_of_day) as other_label
    from meter_day
),

-- A day after the 12th shows which way a date is written.
shown as materialized (
    select
        *,
        case
            when label is not null and other_label is null then 'own'
            when label is null and other_label is not null then 'other'
        end as clear_order,
        lag(label) over in_file as before,
        lag(other_label) over in_file as other_before,
        -- Two times that lie far apart as they are read, and follow each other once one of them is read the other way.
        coalesce(
            abs(epoch(label) - epoch(before)) > 86400
            and (
                abs(epoch(other_label) - epoch(before)) <= $longest_step_s
                or abs(epoch(label) - epoch(other_before)) <= $longest_step_s
            ),
            false
        ) as is_turn
    from cell
    window in_file as (partition by _landing_id, meter_id order by line, slot)
),

-- Hardly any file has such rows, so that only theirs are looked at more closely.
suspect as (
    select distinct _landing_id, meter_id from shown where is_turn or clear_order = 'other'
),

around as (
    select
        *,
        last_value(clear_order ignore nulls) over before_it as order_before,
        first_value(clear_order ignore nulls) over behind_it as order_behind,
        first_value(case when clear_order is not null then is_turn end ignore nulls) over behind_it as is_turn_behind,
        count(clear_order) over before_it as stretch
    from shown semi join suspect using (_landing_id, meter_id)
    window
        before_it as (
            partition by _landing_id, meter_id order by line, slot rows between unbounded preceding and current row
        ),
        behind_it as (
            partition by _landing_id, meter_id order by line, slot rows between current row and unbounded following
        )
)

select
    * exclude (other_label, clear_order, before, other_before, is_turn, reason) replace (
        case when reason is null then label end as label,
        case when reason is null then clock_time end as clock_time,
        reason as time_reason
    )
from (
    select
        * exclude (order_before, order_behind, is_turn_behind, stretch),
        case
            when clear_order = 'other' then 'day and month the other way round'
            when label = other_label or clear_order = 'own' then null
            when
                'other' in (order_before, order_behind)
                or is_turn_behind
                or bool_or(is_turn and clear_order is null) over (partition by _landing_id, meter_id, stretch)
                then 'day and month may be the other way round'
        end as reason
    from around
    union all
    select *, null as reason from shown anti join suspect using (_landing_id, meter_id)
)
