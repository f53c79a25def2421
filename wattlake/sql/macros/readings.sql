-- How cells of files are read. Like all macros these call nothing that a reader of the lake may not.

-- The text of a cell without blanks around it, and as a spreadsheet wrote it that was to keep it as text (="00123").
create or replace macro cell_text(cell)
as case
    -- Most cells have nothing around them: that is seen in a tenth of the time that trimming takes.
    when
        ascii(cell) not in (9, 32, 61, 160, 8239)
        and not ends_with(cell, ' ') and not ends_with(cell, chr(9))
        and not ends_with(cell, chr(160)) and not ends_with(cell, chr(8239))
        then cell
    when starts_with(ltrim(cell), '="') then trim(regexp_replace(trim(cell), '^="(.*)"$', '\1'))
    else trim(cell, concat(' ', chr(9), chr(160), chr(8239)))
end;

-- The text of a cell, or what holds where it is blank or not there.
create or replace macro cell_or(cell, otherwise)
as coalesce(nullif(cell_text(cell), ''), otherwise);

-- The text of a number with its sign first: SAP writes a minus behind it, and typesetters' minus is no hyphen (8722).
create or replace macro signed_first(text)
as case
    when ends_with(text, '-') or ends_with(text, chr(8722)) then concat('-', rtrim(left(text, -1)))
    when starts_with(text, chr(8722)) then concat('-', substr(text, 2))
    else text
end;

-- A number of a file as one that can be cast, or null. A mark that groups thousands is read only where it groups digits by
-- three, and never as a decimal mark.
create or replace macro plain_number(text, decimal_mark, thousands, grouped)
as case
    when thousands is not null and regexp_full_match(signed_first(text), grouped)
        then replace(regexp_replace(signed_first(text), thousands, '', 'g'), decimal_mark, '.')
    when contains(text, '_') or (decimal_mark <> '.' and contains(text, '.')) then null
    else replace(signed_first(text), decimal_mark, '.')
end;

-- Texts of numbers as ones that can be cast; one that is none keeps a mark, so that no cast takes it for one. Step by step,
-- for a macro in a macro is written out as often as it names its argument.
create or replace macro number_texts(cells, decimal_mark)
as list_transform(
    list_transform(cells, lambda cell: nullif(cell_text(cell), '')),
    lambda text: coalesce(plain_number(text, decimal_mark, null, ''), text || ' ?')
);

-- A number in another unit; what is none keeps its text.
create or replace macro converted(text, factor, summand)
as coalesce(cast(try_cast(text as double) * factor + summand as varchar), text);

-- The length of the grid's periods that periods of so many minutes make up: 15, 30 or 60.
create or replace macro grid_minutes(minutes)
as case when 15 % minutes = 0 then 15 when 30 % minutes = 0 then 30 else 60 end;
