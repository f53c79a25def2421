-- One row is one member's day; the function `fit_heating` makes one row of each member's days.
select
    member_id,
    consumption_kwh,
    mean_celsius
from gold.heating_day
