-- How slots become hours of a clock, and what dimensions know their rows by.

-- When the hour of the clock that a slot is in began, in UTC: a slot at 05:30 of a clock that is 330 minutes ahead is in
-- the hour from 05:00, and the hour that comes twice has two beginnings.
create or replace macro hour_begun_utc(start_utc, local_start)
as start_utc - to_minutes(minute(local_start));

-- The key of an instant: the digits of its year, month, day, hour and minute in UTC, so that keys are in order.
create or replace macro key_of_time(instant_utc)
as year(instant_utc) * 100000000 + month(instant_utc) * 1000000 + day(instant_utc) * 10000 + hour(instant_utc) * 100
+ minute(instant_utc);

-- The key of one zone's weather in the hour of a key.
create or replace macro key_of_weather(zone, time_sk)
as zone || ' ' || time_sk;

-- The key of a member's register entry.
create or replace macro key_of_entry(member_id, valid_from_utc)
as md5(member_id || '|' || cast(valid_from_utc as varchar));
