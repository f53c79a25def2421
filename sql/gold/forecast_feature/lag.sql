-- One row is one series' slot: the same slot some days ago, and its neighbours a day and a week ago.
-- What lies after the end of the known is null: a slice that ends there is shorter, and unnested beside longer ones.
select
    issue,
    series,
    unnest(range($slots)) as slot,
    unnest(readings[55 * $slots + 1:56 * $slots]) as lag_24h,
    unnest(readings[54 * $slots + 1:55 * $slots]) as lag_48h,
    unnest(readings[53 * $slots + 1:54 * $slots]) as lag_72h,
    unnest(readings[52 * $slots + 1:53 * $slots]) as lag_96h,
    unnest(readings[51 * $slots + 1:52 * $slots]) as lag_120h,
    unnest(readings[50 * $slots + 1:51 * $slots]) as lag_144h,
    unnest(readings[49 * $slots + 1:50 * $slots]) as lag_168h,
    unnest(readings[42 * $slots + 1:43 * $slots]) as lag_336h,
    unnest(readings[35 * $slots + 1:36 * $slots]) as lag_504h,
    unnest(readings[28 * $slots + 1:29 * $slots]) as lag_672h,
    unnest(readings[55 * $slots + 1 - $slots // 12:56 * $slots - $slots // 12]) as lag_26h,
    unnest(readings[55 * $slots + 1 - $slots // 24:56 * $slots - $slots // 24]) as lag_25h,
    unnest(readings[55 * $slots + 1 + $slots // 24:56 * $slots + $slots // 24]) as lag_23h,
    unnest(readings[55 * $slots + 1 + $slots // 12:56 * $slots + $slots // 12]) as lag_22h,
    unnest(readings[49 * $slots + 1 - $slots // 12:50 * $slots - $slots // 12]) as lag_170h,
    unnest(readings[49 * $slots + 1 - $slots // 24:50 * $slots - $slots // 24]) as lag_169h,
    unnest(readings[49 * $slots + 1 + $slots // 24:50 * $slots + $slots // 24]) as lag_167h,
    unnest(readings[49 * $slots + 1 + $slots // 12:50 * $slots + $slots // 12]) as lag_166h
from scaled
