-- How cells of files are read. Like all macros these call nothing that a reader of the lake may not.

-- The text of a cell without blanks around it, and as a spreadsheet wrote it that was to keep it as text (="00123").
create or replace macro cell_text(cell)
as case
    when starts_with(ltrim(cell), '="') then trim(regexp_replace(trim(cell), '^="(.*)"$', '\1'))
    else trim(cell, concat(' ', chr(9), chr(160), chr(8239)))
end;

-- A number of a file as one that can be cast, or null. A mark that groups thousands is read only where it groups digits by
-- three, and never as a decimal mark.
create or replace macro plain_number(text, decimal_mark, thousands, grouped)
as case
    when thousands is not null and regexp_full_match(text, grouped)
        then replace(regexp_replace(text, thousands, '', 'g'), decimal_mark, '.')
    when contains(text, '_') or (decimal_mark <> '.' and contains(text, '.')) then null
    else replace(text, decimal_mark, '.')
end;

-- Whether a time in the form of ISO 8601 says its distance to UTC.
create or replace macro has_offset(text)
as regexp_matches(text, ':\d\d([.,]\d+)?\s*(Z|z|UTC|[+-]\d\d(:?\d\d)?)$');

-- A day, or a time in the form of ISO 8601 without its distance to UTC where it says one; a part of a microsecond counts
-- as one, for it is as far off the grid.
create or replace macro iso_time(text)
as case
    when
        regexp_full_match(
            text, '\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?\s*(Z|z|UTC|[+-]\d\d(:?\d\d)?)?)?'
        )
        then cast(try_cast(
            regexp_replace(
                regexp_replace(replace(text, ',', '.'), '\s+(Z|z|UTC|[+-])', '\1'),
                '^(.{13}:\d\d)($|[^:\d])', '\1:00\2'
            ) as timestamptz
        ) as timestamp) + to_microseconds(cast(regexp_matches(text, '[.,]\d{6}0*[1-9]') as integer))
end;

-- The energy of a mean power over minutes, half a milliwatt-hour rounded away from zero.
create or replace macro energy_of_kw(power_kw, minutes)
as of_units(rounded_quotient(abs(units(power_kw)) * minutes, 60)) * sign(power_kw);

-- The length of the grid's periods that periods of so many minutes make up: 15, 30 or 60.
create or replace macro grid_minutes(minutes)
as case when 15 % minutes = 0 then 15 when 30 % minutes = 0 then 30 else 60 end;
