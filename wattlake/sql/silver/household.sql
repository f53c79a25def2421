-- One row is the tariff and the Acorn group of one metered household.
with as_written as (
    select
        trim("LCLid") as meter_id,
        trim("stdorToU") as tariff,
        nullif(trim("Acorn"), '') as acorn,
        nullif(trim("Acorn_grouped"), '') as acorn_group,
        nullif(trim(provenance), '') as provenance,
        _landing_id
    from bronze.members
    -- Lines without a household's meter belong to silver.member.
    where _landing_id between $from_landing and $to_landing and "LCLid" is not null
)

select
    meter_id,
    tariff,
    acorn,
    acorn_group,
    coalesce(provenance, 'measured') as provenance,
    _landing_id,
    case
        when meter_id = '' then 'no meter id'
        -- A catalog cannot look for a text with it.
        when contains(meter_id, chr(0)) then 'NUL in the meter id'
        when tariff is null or tariff not in ('Std', 'ToU') then 'unknown tariff'
        when not is_provenance(provenance) then 'unknown provenance'
    end as quarantine_reason
from as_written
