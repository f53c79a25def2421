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

-- A power of any decimals in whole nanowatts; null where it is none.
create or replace macro nanowatts(power_kw)
as cast(trunc(power_kw) as hugeint) * 1000000000000
+ cast(cast(power_kw - trunc(power_kw) as decimal(18, 12)) * 1000000000000 as hugeint);

-- The energy of nanowatts times minutes: rounded once, to the milliwatt-hour, half of one away from zero.
create or replace macro energy_of_nanowatt_minutes(amount)
as of_units(rounded_quotient(abs(amount), 60000000)) * sign(amount);
