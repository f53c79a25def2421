-- The length of a period between the one before and the one after, in minutes: the shorter side counts, so gaps do not
-- stretch it, and repeated times are no spacing.
create or replace macro minutes_around(before_utc, start_utc, after_utc)
as least(
    nullif(date_diff('minute', before_utc, start_utc), 0), nullif(date_diff('minute', start_utc, after_utc), 0)
);

-- When the day-ahead price of a period was known: its delivery day (23:00 or 22:00 to the same hour of the next day) is
-- published by 13:00 UTC of the day before it.
create or replace macro auction_known_at(start_utc)
as date_trunc('day', start_utc + to_hours(2)) - to_hours(11);

-- Why a day-ahead price cannot be: null where it can.
create or replace macro fault_of_price(zone, start_utc, minutes, text, eur_per_mwh, is_unit_known, bounds, provenance)
as case
    when trim(zone) is null or trim(zone) = '' then 'no bidding zone'
    when start_utc is null then 'unreadable time'
    when epoch_us(start_utc) % 900000000 <> 0 then 'off the quarter-hour grid'
    when not is_in_calendar(start_utc) then 'outside the years of the calendar'
    when text is null then 'no values'
    when not is_unit_known then 'unknown unit'
    when eur_per_mwh is null then 'unreadable price'
    when is_outside(eur_per_mwh, bounds) then 'impossible price'
    when minutes is null or minutes not in (15, 30, 60) then 'unclear length of the period'
    when epoch(start_utc) % (60 * minutes) <> 0 then 'off the grid of its periods'
    when not is_provenance(provenance) then 'unknown provenance'
end;
