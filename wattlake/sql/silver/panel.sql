-- One row is one inverter or panel of a plant, as the register describes it.
with as_written as (
    select
        nullif(trim("PLANT_ID"), '') as plant_id,
        nullif(trim(panel_id), '') as panel_id,
        trim(panel_kwp) as kwp_text,
        nullif(trim(valid_from), '') as from_text,
        nullif(trim(valid_to), '') as to_text,
        nullif(trim(provenance), '') as provenance,
        _landing_id
    from bronze.inverters
    -- Lines without a panel and its size belong to silver.inverter_reading.
    where _landing_id between $from_landing and $to_landing and coalesce(panel_id, panel_kwp) is not null
),

typed as (
    select
        *,
        case when not contains(kwp_text, '_') then try_cast(kwp_text as decimal(12, 3)) end as panel_kwp,
        case when from_text like '____-__-__' then try_cast(from_text as timestamp) end as commissioned_utc,
        case when to_text like '____-__-__' then try_cast(to_text as timestamp) end as decommissioned_utc
    from as_written
)

select
    plant_id,
    panel_id,
    panel_kwp,
    commissioned_utc,
    decommissioned_utc,
    coalesce(provenance, 'measured') as provenance,
    _landing_id,
    case
        when plant_id is null then 'no plant id'
        when panel_id is null then 'no panel id'
        -- A catalog cannot look for a text with it.
        when contains(plant_id || panel_id, chr(0)) then 'NUL in an id'
        when panel_kwp is null or panel_kwp <= 0 or panel_kwp > 1000000 then 'impossible panel_kwp'
        when from_text is not null and commissioned_utc is null then 'unreadable valid_from'
        when to_text is not null and decommissioned_utc is null then 'unreadable valid_to'
        when decommissioned_utc < commissioned_utc then 'valid_to before valid_from'
        when not is_provenance(provenance) then 'unknown provenance'
    end as quarantine_reason
from typed
