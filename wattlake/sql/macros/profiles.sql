-- What days and hours come to: means and deviations that are exact, whatever the order of the rows.

-- The mean of a sum of energy over so many values, to the milliwatt-hour; null where there is none.
create or replace macro mean_of(total, count)
as cast(total / nullif(count, 0) as decimal(18, 6));

-- The sample deviation of values in whole units, as an amount; null of fewer than two. Whole numbers of 128 bits are
-- added up, so that the order of the list makes no difference.
create or replace macro deviation_of(listed_units)
as case
    when list_count(listed_units) > 1
        then cast(sqrt(
            (
                list_count(listed_units) * list_sum([cast(unit as hugeint) * unit for unit in listed_units])
                - cast(list_sum(listed_units) as hugeint) * cast(list_sum(listed_units) as hugeint)
            ) / (list_count(listed_units) * (list_count(listed_units) - 1))
        ) / 1000000 as decimal(18, 6))
end;

-- The meteorological season of the northern hemisphere that a day is in.
create or replace macro season_of(day)
as case
    when month(day) in (12, 1, 2) then 'winter'
    when month(day) in (3, 4, 5) then 'spring'
    when month(day) in (6, 7, 8) then 'summer'
    else 'autumn'
end;
