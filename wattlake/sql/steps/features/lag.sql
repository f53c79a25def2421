-- One row is one series' slot: the same slot some days ago, and its neighbours a day and a week ago.
-- reads: scaled
-- What lies after the end of the known is null, as a list has nothing there.
with lagged as (
    select
        issue,
        series,
        unnest(
            list_transform(
                range($slots),
                lambda slot: struct_pack(
                    slot := slot,
                    lag_24h := readings[55 * $slots + slot + 1],
                    lag_48h := readings[54 * $slots + slot + 1],
                    lag_72h := readings[53 * $slots + slot + 1],
                    lag_96h := readings[52 * $slots + slot + 1],
                    lag_120h := readings[51 * $slots + slot + 1],
                    lag_144h := readings[50 * $slots + slot + 1],
                    lag_168h := readings[49 * $slots + slot + 1],
                    lag_336h := readings[42 * $slots + slot + 1],
                    lag_504h := readings[35 * $slots + slot + 1],
                    lag_672h := readings[28 * $slots + slot + 1],
                    lag_26h := readings[55 * $slots + slot + 1 - $slots // 12],
                    lag_25h := readings[55 * $slots + slot + 1 - $slots // 24],
                    lag_23h := readings[55 * $slots + slot + 1 + $slots // 24],
                    lag_22h := readings[55 * $slots + slot + 1 + $slots // 12],
                    lag_170h := readings[49 * $slots + slot + 1 - $slots // 12],
                    lag_169h := readings[49 * $slots + slot + 1 - $slots // 24],
                    lag_167h := readings[49 * $slots + slot + 1 + $slots // 24],
                    lag_166h := readings[49 * $slots + slot + 1 + $slots // 12]
                )
            )
        ) as lag
    from scaled
)

select
    lagged.issue,
    lagged.series,
    lagged.lag.slot,
    lagged.lag.lag_24h,
    lagged.lag.lag_48h,
    lagged.lag.lag_72h,
    lagged.lag.lag_96h,
    lagged.lag.lag_120h,
    lagged.lag.lag_144h,
    lagged.lag.lag_168h,
    lagged.lag.lag_336h,
    lagged.lag.lag_504h,
    lagged.lag.lag_672h,
    lagged.lag.lag_26h,
    lagged.lag.lag_25h,
    lagged.lag.lag_23h,
    lagged.lag.lag_22h,
    lagged.lag.lag_170h,
    lagged.lag.lag_169h,
    lagged.lag.lag_167h,
    lagged.lag.lag_166h
from lagged
