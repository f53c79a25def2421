"""A new lake's tables: DuckLake's statistics of those that were never filled, and what becomes of them."""

from pathlib import Path

from harness.lake_steps import select
from wattlake.lake.contracts import contracts
from wattlake.lake.layers import is_view
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.identity import METADATA
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.tables import describe_empty_tables

DESCRIBED = f"""
select schema_name || '.' || table_name
from {METADATA}.ducklake_table_stats
inner join {METADATA}.ducklake_table as "table" using (table_id)
inner join {METADATA}.ducklake_schema using (schema_id)
where "table".end_snapshot is null
"""
STATISTICS = f"""
select column_name, record_count, contains_null, contains_nan, stats.min_value, stats.max_value
from {METADATA}.ducklake_table_column_stats as stats
inner join {METADATA}.ducklake_table_stats using (table_id)
inner join {METADATA}.ducklake_table as "table" using (table_id)
inner join {METADATA}.ducklake_column as "column" using (table_id, column_id)
where table_name = 'own'
order by column_id
"""
OWN = "create table ops.own (number int, name varchar, azimuth double, share float, at_utc timestamp, never int)"
ROWS = (
    "insert into ops.own values (null, 'x', 'nan', 1, '2020-01-01', null), (1, 'y', 2, 3, '2020-01-02', null)",
    "insert into ops.own values (7, null, 1, 0.5, '2019-01-01', null)",
    "insert into ops.own values (8, 'a', 1, 0.5, null, 5)",
)


def run(lake: Lake, *statements: str) -> None:
    def step(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    lake.write(step)


def test_every_table_of_a_new_lake_has_statistics_once(folder_lake: Lake):
    described = [name for (name,) in select(folder_lake, DESCRIBED)]
    assert sorted(described) == sorted(name for name in contracts() if not is_view(name))


def test_a_table_that_was_described_while_empty_gets_the_statistics_it_would_have_had(tmp_path: Path):
    statistics = []
    for name in ("described", "not"):
        lake = Lake(Settings(data=str(tmp_path / name)))
        lake.create()
        run(lake, OWN)
        if name == "described":
            lake.change_catalog(describe_empty_tables)
            assert {row[1:] for row in select(lake, STATISTICS)} == {
                (0, 0, None, None, None),
                (0, 0, 0, None, None),
            }
        for rows in ROWS:
            run(lake, rows)
        statistics.append(select(lake, STATISTICS))
        lake.close()
    assert statistics[0] == statistics[1]
    assert statistics[0][0] == ("number", 4, 1, None, "1", "8")


def test_a_described_table_is_read_right_within_and_after_its_first_insert(folder_lake: Lake):
    run(folder_lake, OWN)
    folder_lake.change_catalog(describe_empty_tables)
    nulls, names = "select count(*) from ops.own where number is null", "select max(name), count(*) from ops.own"

    def look(connection: Connection) -> None:
        assert connection.execute(names).fetchall() == [(None, 0)]
        connection.execute(ROWS[0])
        assert connection.execute(nulls).fetchall() == [(1,)]
        assert connection.execute(names).fetchall() == [("y", 2)]

    folder_lake.write(look)
    assert (select(folder_lake, nulls), select(folder_lake, names)) == ([(1,)], [("y", 2)])


def test_another_who_looked_before_the_tables_were_described_does_not_describe_them_again(folder_lake: Lake):
    run(folder_lake, OWN)
    other = Lake(folder_lake.settings)
    assert select(other, "from ops.own") == []
    folder_lake.change_catalog(describe_empty_tables)
    run(other, ROWS[0])
    assert len(select(folder_lake, STATISTICS)) == 6
    assert select(folder_lake, "select count(*), max(azimuth) from ops.own where not isnan(azimuth)") == [(1, 2)]
    other.close()
