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

-- Energy or money of up to six decimals in whole milliwatt-hours or micro-euros, which divisions and splits take. Whole
-- part and decimals apart fit 64 bits below 9e12; to multiply it all in 128 bits takes thirty times as long.
create or replace macro units(amount)
as cast(trunc(amount) as bigint) * 1000000 + cast((amount - trunc(amount)) * 1000000 as bigint);
-- The energy or money of so many whole units.
create or replace macro of_units(number)
as cast(number as decimal(18, 0)) * 0.000001;

-- Minutes and energy, in whole units that add up, of an interval between two minutes of the hour that it begins in.
create or replace macro minutes_between(start_utc, minutes, from_minute, to_minute)
as greatest(least(to_minute, minute(start_utc) + minutes) - greatest(from_minute, minute(start_utc)), 0);
create or replace macro units_to(amount, start_utc, minutes, to_minute)
as units(amount) * minutes_between(start_utc, minutes, 0, to_minute) // minutes;
create or replace macro amount_between(amount, start_utc, minutes, from_minute, to_minute)
as of_units(units_to(amount, start_utc, minutes, to_minute) - units_to(amount, start_utc, minutes, from_minute));

-- A quotient of whole numbers that are not negative, half a unit rounded up.
create or replace macro rounded_quotient(dividend, divisor)
as (2 * dividend + divisor) // (2 * divisor);

-- A number to six decimals, half of the last one to the even side.
create or replace macro six_decimals(number)
as try_cast(number as decimal(18, 6)) - if(
    abs(number - try_cast(number as decimal(18, 6))) = 0.0000005
    and try_cast(number as decimal(18, 6)) % 0.000002 <> 0,
    sign(number) * 0.000001,
    0
);

-- What energy costs at a price, both of up to six decimals, rounded down or up to whole micro-euros.
create or replace macro eur_down(energy_kwh, eur_per_kwh)
as of_units(floor(energy_kwh * cast(units(eur_per_kwh) as decimal(18, 0))));
create or replace macro eur_up(energy_kwh, eur_per_kwh)
as of_units(ceil(energy_kwh * cast(units(eur_per_kwh) as decimal(18, 0))));

-- The energy of whole watts, not negative, over minutes: exact for multiples of fifteen, else to the milliwatt-hour.
create or replace macro energy_of_power(power_w, minutes)
as of_units(rounded_quotient(power_w * minutes * 1000, 60));

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
