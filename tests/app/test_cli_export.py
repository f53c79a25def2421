"""``wattlake export``: what it prints, how it ends where a sink does not let itself be loaded, and what is recorded."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from harness.sink_ends import differing
from tests.support.origins import AFTER_STAGE
from tests.support.project_folder import project_folder
from wattlake.lake.sinks.described import read_sinks
from wattlake.lake.sinks.postgres.server import attached
from wattlake.lake.store.lake import Lake


@pytest.fixture
def sink(copied_lake, tmp_path, monkeypatch) -> Callable[..., Lake]:
    """A function that describes a sink of a lake's two small tables in a project folder."""
    lake = copied_lake(AFTER_STAGE[1])
    monkeypatch.setenv("WATTLAKE_DATA", lake.settings.data)
    (tmp_path / "project" / "sinks").mkdir(parents=True)
    with project_folder(tmp_path / "project"):

        def describe(address: str, name: str = "dwh", **environment: str) -> Lake:
            for variable, value in environment.items():
                monkeypatch.setenv(variable, value)
            written = f'kind = "postgres"\naddress = "{address}"\ntables = ["dim_zone", "fact_energy_flow"]\n'
            Path(tmp_path, "project", "sinks", f"{name}.toml").write_text(written + "wait_seconds = 1\n")
            return lake

        yield describe


def recorded(lake: Lake) -> list[tuple[object, ...]]:
    return lake.reader().execute("select sink, status, rows from ops.export order by started_at_utc").fetchall()


def test_what_was_loaded_is_shown_and_told_by_status(wattlake, sink, postgres_database):
    lake = sink("${WAREHOUSE}", WAREHOUSE=postgres_database)
    said = wattlake("export", "dwh")
    assert said.code == 0, said.err
    assert "dwh: 146 rows in 3 slices of 2 tables, as of snapshot" in said.out
    assert "warehouse.fact_energy_flow  fact_energy_flow" in said.out
    (described,) = read_sinks()
    assert differing(lake, described) == []
    again = wattlake("export")
    assert "dwh: nothing was new." in again.out
    assert recorded(lake) == [("dwh", "completed", 146), ("dwh", "completed", 0)]
    assert "dwh   postgres" in wattlake("status").out


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://127.0.0.1:1/energy", "No server answers there"),
        ("postgresql://no-such-host.invalid/energy", "No server answers there"),
        ("mysql://127.0.0.1/energy", "an address that is not of PostgreSQL"),
    ],
)
def test_an_address_where_nothing_answers_is_told(wattlake, sink, address, said):
    lake = sink(address)
    ended = wattlake("export")
    assert (ended.code, said in ended.err, "Traceback" in ended.err) == (2, True, False), ended.err
    assert recorded(lake) == [("dwh", "failed", 0)]
    status = wattlake("status")
    assert status.code == 1
    assert "The last load of the sink dwh failed on" in status.err


def test_what_the_server_refuses_is_told_and_nothing_is_half_loaded(
    wattlake, sink, postgres_database, _postgres_server
):
    _postgres_server.demand_password("loader", "right/@?")
    base = postgres_database.replace("postgres:@", "loader:${PASSWORD}@")
    lake = sink(base, PASSWORD="wrong5")
    ended = wattlake("export")
    assert (ended.code, "User or password are wrong" in ended.err, "wrong5" in ended.err) == (2, True, False)
    sink(base.replace("wattlake_", "nothing_"), PASSWORD="right/@?")
    assert "That server has no such database" in wattlake("export").err

    _postgres_server.server.psql("create role few login")
    sink(postgres_database.replace("postgres:@", "few@"))
    assert "The user may not do that: grant it the right" in wattlake("export").err

    sink(base, PASSWORD="right/@?")
    assert wattlake("export").code == 0
    with duckdb.connect() as other:
        (described,) = read_sinks()
        with attached(other, described) as server:
            other.execute("begin")
            server.execute("lock table wattlake.fact_energy_flow")
            ended = wattlake("export", "--anew")
            assert (ended.code, "Somebody holds a lock on a table" in ended.err) == (2, True), ended.err
            other.execute("rollback")
    assert differing(lake, described) == []
    statuses = [status for _, status, _ in recorded(lake)]
    assert statuses == ["failed", "failed", "failed", "completed", "failed"]


def test_a_server_whose_disk_is_full_in_the_middle_is_told_and_holds_nothing_of_the_load(
    wattlake, sink, postgres_database
):
    lake = sink("${WAREHOUSE}", WAREHOUSE=postgres_database)
    assert wattlake("export").code == 0
    (described,) = read_sinks()
    with duckdb.connect() as other, attached(other, described) as server:
        server.execute(
            "create function full_disk() returns trigger language plpgsql as $$ begin "
            "raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$; "
            "create trigger full_disk before insert on wattlake.fact_energy_flow for each row "
            "execute function full_disk()"
        )
        ended = wattlake("export", "--anew")
        assert (ended.code, "The server's disk is full: make room there." in ended.err) == (2, True), ended.err
    assert differing(lake, described) == []


def test_one_sink_that_fails_stops_no_other(wattlake, sink, postgres_database):
    sink("postgresql://127.0.0.1:1/energy", name="a")
    lake = sink("${WAREHOUSE}", name="b", WAREHOUSE=postgres_database)
    ended = wattlake("export")
    assert (ended.code, "The sink a at" in ended.err, "b: 146 rows" in ended.out) == (2, True, True)
    assert recorded(lake) == [("a", "failed", 0), ("b", "completed", 146)]


def test_a_project_without_sinks_and_an_unknown_name_are_told(wattlake, sink):
    ended = wattlake("export")
    assert (ended.code, "There is no sink" in ended.err) == (2, True)
    sink("postgresql://127.0.0.1:1/energy")
    assert "There is no sink `tea`. There are: dwh." in wattlake("export", "tea").err
