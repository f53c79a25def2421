-- Formulas that more than one SELECT uses. Each lake keeps them in its catalog, so that everyone's SQL has them too.

-- The part of what is consumed that does not come from the grid; null where nothing is consumed.
create or replace macro self_sufficiency(consumption, grid_import)
as (consumption - grid_import) / nullif(consumption, 0);

-- The part of what is produced that does not go to the grid; null where nothing is produced.
create or replace macro self_consumption(production, grid_export)
as (production - grid_export) / nullif(production, 0);

-- What neighbours buy and sell, of what the grid gives and takes; null where that is nothing.
create or replace macro peer_to_grid(bought, sold, grid_import, grid_export)
as (bought + sold) / nullif(grid_import + grid_export, 0);

-- Each saving times its place among all, the smallest first: exact in decimals, whatever the order of the list.
create or replace macro placed(savings)
as list_sum([saving * place for saving, place in list_sort(savings, 'ASC', 'NULLS LAST')]);

-- How unevenly known savings fall on members: 0 where all save the same; null where they save nothing together.
create or replace macro gini(savings)
as (2 * placed(savings) - (list_count(savings) + 1) * list_sum(savings))
/ (list_count(savings) * nullif(greatest(list_sum(savings), 0), 0));

-- The carbon dioxide of energy from the grid, in kilograms; exact.
create or replace macro co2_kg(energy_kwh, gco2_per_kwh)
as energy_kwh * gco2_per_kwh * 0.001;

-- Kilometres between two places on a sphere, given in degrees (haversine).
create or replace macro distance_km(latitude, longitude, to_latitude, to_longitude)
as 12742 * asin(sqrt(
    pow(sin(radians(to_latitude - latitude) / 2), 2)
    + cos(radians(latitude)) * cos(radians(to_latitude)) * pow(sin(radians(to_longitude - longitude) / 2), 2)
));

-- Whether a reading says where it comes from in one of the three words; null where it says nothing.
create or replace macro is_provenance(word)
as word in ('measured', 'simulated', 'estimated');

-- Whether an instant is in the years of gold.calendar.
create or replace macro is_in_calendar(instant)
as year(instant) between 2000 and 2040;

-- Whether a number is outside the bounds that its contract gives, the least and the most; NaN is outside of all.
create or replace macro is_outside(number, bounds) as number not between bounds[1] and bounds[2];
