-- One row is what one member is advised to do in one slot.
select
    dim_user.user_sk,
    advice.member_id as user_id,
    advice.issued_at_utc,
    advice.period_start_utc,
    advice.period_minutes,
    advice.expected_surplus_kwh,
    advice.lower_surplus_kwh,
    advice.upper_surplus_kwh,
    advice.lower_revenue_eur,
    advice.upper_revenue_eur,
    advice.advice,
    advice.confidence_ratio,
    advice.load_rank
from gold.surplus_advice as advice
left join warehouse.dim_user as dim_user on advice.member_id = dim_user.user_id and dim_user.is_current
