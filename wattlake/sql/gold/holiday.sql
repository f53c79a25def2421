-- One row is one public holiday; the holidays package turns each year of this list into its days.
select
    year,
    $holidays as region
from range(2000, 2041) as years (year)
