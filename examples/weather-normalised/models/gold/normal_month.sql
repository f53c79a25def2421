-- One row is how warm a month usually is in one zone: write the means of your own weather service here.
with written as (
    select
        month,
        mean_celsius
    from (
        values
        (1, 5.5), (2, 5.8), (3, 8.0), (4, 10.6), (5, 13.8), (6, 16.9),
        (7, 19.1), (8, 18.8), (9, 16.0), (10, 12.4), (11, 8.5), (12, 6.0)
    ) as normal (month, mean_celsius)
)

select
    zone.zone,
    written.month,
    written.mean_celsius
from gold.zone
cross join written
