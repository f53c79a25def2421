-- One row is one member's register entry over one stretch of time, with what is known of the household.
select
    member.member_id,
    member.valid_from_utc,
    -- An entry ends where the member's next begins, or when the member leaves.
    least(
        lead(member.valid_from_utc) over (partition by member.member_id order by member.valid_from_utc),
        member.left_utc
    ) as valid_to_utc,
    member.meter_id,
    member.production_meter_id,
    member.zone,
    member.latitude,
    member.longitude,
    member.panel_kwp,
    member.tilt_degrees,
    member.azimuth_degrees,
    member.member_type,
    member.sharing_weight,
    household.tariff,
    household.acorn,
    household.acorn_group,
    member.provenance
from silver.member as member
left join silver.household as household on member.meter_id = household.meter_id
