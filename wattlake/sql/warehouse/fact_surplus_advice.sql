-- One row is what one member is advised to do in one slot.
select
    dim_user.user_sk,
    advice.member_id as user_id,
    advice.issued_at_utc,
    advice.period_start_utc,
    advice.period_minutes,
    cast(advice.expected_surplus_wh * 0.001 as decimal(18, 3)) as expected_surplus_kwh,
    cast(advice.lower_surplus_wh * 0.001 as decimal(18, 3)) as lower_surplus_kwh,
    cast(advice.upper_surplus_wh * 0.001 as decimal(18, 3)) as upper_surplus_kwh,
    cast(advice.lower_revenue_micro_eur * 0.000001 as decimal(18, 6)) as lower_revenue_eur,
    cast(advice.upper_revenue_micro_eur * 0.000001 as decimal(18, 6)) as upper_revenue_eur,
    advice.advice,
    advice.confidence_ratio,
    advice.load_rank
from gold.surplus_advice as advice
left join warehouse.dim_user as dim_user on advice.member_id = dim_user.user_id and dim_user.is_current
