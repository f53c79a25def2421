-- One row is what one flat owes for one month of the community's clock.
with month as (
    select
        tenant_slot.member_id,
        date_trunc('month', calendar.local_date)::date as local_month,
        energy_flow.zone,
        sum(tenant_slot.solar_kwh) as solar_kwh,
        sum(tenant_slot.grid_kwh) as grid_kwh
    from gold.tenant_slot
    inner join gold.energy_flow using (member_id, period_start_utc)
    inner join gold.calendar using (period_start_utc)
    group by all
),

line as (
    select
        month.*,
        tenant_terms.fee_eur,
        cents_of(month.solar_kwh, tenant_terms.solar_eur_per_kwh) as solar_eur,
        cents_of(month.grid_kwh, tenant_terms.grid_eur_per_kwh) as grid_eur
    from month
    inner join gold.tenant_terms using (zone)
)

select
    member_id,
    local_month,
    zone,
    solar_kwh,
    grid_kwh,
    solar_eur,
    grid_eur,
    fee_eur,
    solar_eur + grid_eur + fee_eur as total_eur
from line
