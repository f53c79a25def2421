-- One row is one member's UTC month as it was, and as it would have been in usual weather.
select
    member_id as user_id,
    date_trunc('month', period_start_utc)::date as month_utc,
    count(*) as days,
    sum(consumption_kwh) as consumption_kwh,
    sum(normalised_kwh) as normalised_kwh
from gold.normalised_daily
group by all
