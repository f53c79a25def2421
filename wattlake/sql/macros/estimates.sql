-- What is estimated where no reading is.

-- What a meter is taken to have in an interval by what the others had: its own mean at like times, times how much of
-- their mean at those times they have now. All in whole units; null where fewer than three others have anything to say.
create or replace macro alike_amount(own_units, samples, now_units, now_meters, then_units, then_readings)
as case
    when now_meters >= 3 and then_units > 0
        then rounded_quotient(
            cast(own_units as hugeint) * now_units * then_readings, cast(samples as hugeint) * now_meters * then_units
        )
end;
