-- What is estimated where no reading is.

-- How many days away the times are by which a missing reading is judged: four weeks before, and the week after.
create or replace macro like_days()
as [-28, -21, -14, -7, 7];

-- The same time on a zone's clock, some days before or after.
create or replace macro same_clock_time(start_utc, days_away, zone)
as timezone('UTC', timezone(zone, timezone(zone, timezone('UTC', start_utc)) + to_days(days_away)));

-- What panels are taken to have by what others had: their own mean at like times, times what the others have now by what
-- they had then. All in whole units; null where that is no measure, as at dawn, when a milliwatt-hour is twenty times none.
create or replace macro alike_units(own_units, samples, now_units, then_units)
as case
    when then_units > 0 and now_units <= 20 * then_units
        then rounded_quotient(cast(own_units as hugeint) * now_units, cast(samples as hugeint) * then_units)
end;
