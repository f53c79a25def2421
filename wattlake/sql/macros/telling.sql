-- How alerts of streams, and numbers in their sentences, are written.

-- A number with three decimals at most, and none that say nothing.
create or replace macro short_number(number)
as regexp_replace(regexp_replace(format('{:.3f}', cast(number as double)), '0+$', ''), '\.$', '');

-- The series that an alert is told of: a rule and a meter or member, its direction and quantity.
create or replace macro alert_series(rule, subject, direction, quantity)
as concat_ws('|', rule, subject, direction, quantity);

-- An instant, to the second.
create or replace macro short_time(instant)
as strftime(instant, '%Y-%m-%d %H:%M:%S');
