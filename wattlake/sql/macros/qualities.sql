-- What sources say of their readings.

-- How little a reading's quality promises, 0 where its source says nothing: several together are as good as the worst.
create or replace macro quality_rank(quality)
as case quality when 'estimated' then 3 when 'substituted' then 2 when 'measured' then 1 else 0 end;

-- The quality of a rank.
create or replace macro quality_of(rank)
as case rank when 3 then 'estimated' when 2 then 'substituted' when 1 then 'measured' end;
