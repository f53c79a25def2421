-- How quantities of weather are read from text, each rounded as its instrument is: null where it is no number.
create or replace macro celsius_of(text) as round(try_cast(text as double), 2);
create or replace macro pct_of(text) as round(try_cast(text as double), 1);
create or replace macro mm_of(text) as round(try_cast(text as double), 2);
create or replace macro w_per_m2_of(text) as round(try_cast(text as double), 1);

-- A wind speed in one of the units that are known; null in any other.
create or replace macro units_per_m_per_s(unit) as case unit when 'km/h' then 3.6 when 'm/s' then 1 end;
create or replace macro m_per_s_of(text, unit) as round(try_cast(text as double) / units_per_m_per_s(unit), 3);

-- The start of the hour that a label of Open-Meteo ends: radiation and precipitation are of the hour before it, the rest
-- is of that instant.
create or replace macro hour_before(label)
as if(label like '____-__-__T__:__', try_cast(label as timestamp), null) - to_hours(1);

-- Of how many minutes a quantity was measured, and its mean over an hour that was measured whole; an instrument shows a
-- little below 0 by night.
create or replace macro minutes_of(quantity, minutes) as coalesce(sum(if(quantity is null, 0, minutes)), 0);
create or replace macro hourly_mean(quantity, minutes)
as if(minutes_of(quantity, minutes) = 60, round(greatest(sum(quantity * minutes) / 60, 0), 1), null);

-- Light, its direct and its diffuse part, in the proportions of other light; the parts of none are none.
create or replace macro beam_of(light, other_direct, other_light)
as if(other_light > 0, round(light * other_direct / other_light, 1), if(other_light = 0, 0.0::double, null));
create or replace macro split_light(light, other_direct, other_light)
as [
    light,
    beam_of(light, other_direct, other_light),
    round(light - beam_of(light, other_direct, other_light), 1)
];
