-- How times of files are read.

-- A time that counts from 1970 in so many microseconds.
create or replace macro counted_time(text, microseconds)
as try(make_timestamp(cast(try_cast(text as decimal(24, 6)) * microseconds as bigint)));

-- Whether a text ends with a distance to UTC that no place on earth has: more than 14 hours.
create or replace macro ends_too_far(text)
as regexp_matches(text, '[+-](1[5-9]|[2-9]\d)(:?\d\d)?$');

-- A time written as one of some formats says; 24:00 is the next day's 00:00.
create or replace macro written_time(text, formats, end_of_day)
as case
    when not (contains(array_to_string(formats, ' '), '%z') and ends_too_far(text))
        then cast(coalesce(
            try_strptime(text, formats),
            try_strptime(regexp_replace(text, end_of_day, '\100\2'), formats) + to_days(1)
        ) as timestamp)
end;

-- A start that the clock tells in the form of ISO 8601, or the text of its time and in brackets what is wrong with it.
create or replace macro time_or_fault(start_utc, label, start_count, text, reason)
as coalesce(
    strftime(start_utc, '%Y-%m-%d %H:%M:%S.%f'),
    text || case
        when reason is not null then concat(' (', reason, ')')
        when label is null then ''
        when start_count = 0 then ' (a time that the clock skipped)'
        else ' (in the hour that comes twice, but not there twice)'
    end
);
create or replace macro fault_of_time(text)
as case
    when
        regexp_extract(text, '\(([^()]*)\)$', 1) in (
            'a time that the clock skipped',
            'in the hour that comes twice, but not there twice',
            'day and month the other way round',
            'day and month may be the other way round'
        )
        then regexp_extract(text, '\(([^()]*)\)$', 1)
    else 'unreadable time'
end;

-- A day in some formats, or a day in the form of ISO 8601, in that form; any other text as it is.
create or replace macro iso_day(text, formats)
as coalesce(strftime(try_strptime(text, formats), '%Y-%m-%d %H:%M:%S'), text);

-- Whether a time in the form of ISO 8601 says its distance to UTC.
create or replace macro has_offset(text)
as regexp_matches(text, ':\d\d([.,]\d+)?\s*(Z|z|UTC|[+-]\d\d(:?\d\d)?)$');

-- A day, or a time in the form of ISO 8601 without its distance to UTC where it says one; a part of a microsecond counts
-- as one, for it is as far off the grid.
create or replace macro iso_time(text)
as case
    when
        regexp_full_match(
            text, '\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?\s*(Z|z|UTC|[+-](0\d|1[0-4])(:?[0-5]\d)?)?)?'
        )
        then cast(try_cast(
            regexp_replace(
                regexp_replace(replace(text, ',', '.'), '\s+(Z|z|UTC|[+-])', '\1'),
                '^(.{13}:\d\d)($|[^:\d])', '\1:00\2'
            ) as timestamptz
        ) as timestamp) + to_microseconds(cast(regexp_matches(text, '[.,]\d{6}0*[1-9]') as integer))
end;
