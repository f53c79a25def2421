-- One row is what one flat owes for one month of the community's clock.
select
    member_id as user_id,
    local_month,
    zone,
    (solar_kwh + grid_kwh)::decimal(38, 6) as consumption_kwh,
    solar_kwh::double / nullif((solar_kwh + grid_kwh)::double, 0) as solar_ratio,
    total_eur
from gold.tenant_statement_monthly
