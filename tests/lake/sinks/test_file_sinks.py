"""Sinks of Delta tables and of files hold what the lake holds, and a reader never sees half a load."""

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from deltalake import DeltaTable

from harness import services
from harness.lake_steps import NOW, select
from harness.sink_ends import ends_of_files
from tests.support.origins import AFTER_STAGE, MADE
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sinks.export import export
from wattlake.lake.sinks.loads import Load
from wattlake.lake.sinks.storage import SinkStorage, delta_options
from wattlake.lake.store.extensions import extension_file, load_extension
from wattlake.lake.store.lake import Lake

SMALL = ["dim_time", "dim_user", "dim_zone", "fact_energy_balance_daily", "fact_energy_flow", "kpi_member"]
KINDS = [("delta", "parquet"), ("files", "parquet"), ("files", "csv")]


def sink_at(place: Path | str, kind: str, **more: Any) -> Sink:
    return Sink.model_validate({"name": "shared", "kind": kind, "address": str(place), "tables": SMALL} | more)


def load(lake: Lake, sink: Sink, **how: Any) -> Load:
    return export(lake, sink, "run-1", NOW, **how)


@pytest.mark.parametrize(("kind", "form"), KINDS)
def test_after_each_stage_both_ends_are_equal_and_only_changed_months_were_written(copied_lake, tmp_path, kind, form):
    sink = sink_at(tmp_path / "out", kind, format=form)
    for stage in (1, 2, 3):
        lake = copied_lake(AFTER_STAGE[stage])
        loaded = load(lake, sink)
        ours, theirs = ends_of_files(lake, sink)
        assert theirs == ours
        assert all(not rows.startswith("0:") for table, rows in ours.items() if not table.endswith("kpi_member"))
    changed = {each.difference.table.target: sorted(each.difference.slices) for each in loaded.changed}
    assert "dim_time" not in changed
    assert changed["fact_energy_balance_daily"] == [date(2013, 1, 1), date(2013, 2, 1)]
    manifest = json.loads((tmp_path / "out" / "wattlake.json").read_text())
    assert (manifest["snapshot_id"], set(manifest["tables"])) == (loaded.snapshot_id, {f"warehouse.{t}" for t in SMALL})
    written = sorted((tmp_path / "out").rglob("*.*"))
    assert load(lake, sink).changed == []
    assert set(written) - set((tmp_path / "out").rglob("*.*")) == set() or kind == "files"


def test_a_delta_table_is_read_by_anybody_and_says_which_snapshot_it_is_of(copied_lake, tmp_path):
    lake, sink = copied_lake(AFTER_STAGE[1]), sink_at(tmp_path / "out", "delta")
    loaded = load(lake, sink)
    table = DeltaTable(tmp_path / "out" / "fact_energy_flow")
    protocol = table.protocol()
    assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)
    newest = table.history(1)[0]
    assert (newest["wattlake.snapshot"], newest["wattlake.sink"]) == (str(loaded.snapshot_id), "shared")
    assert table.transaction_version("wattlake/shared") == loaded.snapshot_id
    types = {field.name: field.type.type for field in table.schema().fields}
    assert (types["period_start_utc"], types["consumption_kwh"]) == ("timestamp", "decimal(18,6)")
    assert table.metadata().description == "One member's energy in one slot."
    manifest = json.loads((tmp_path / "out" / "wattlake.json").read_text())
    assert manifest["tables"]["warehouse.fact_energy_flow"]["version"] == table.version()
    if extension_file("delta"):
        with duckdb.connect() as there:
            load_extension(there, "delta")
            there.execute("set timezone = 'UTC'")
            asked = "select count(*), sum(consumption_kwh), min(period_start_utc)::timestamp from {}"
            rows = there.execute(asked.format(f"delta_scan('{tmp_path}/out/fact_energy_flow')")).fetchall()
        assert rows == select(lake, asked.format("warehouse.fact_energy_flow"))


@pytest.fixture
def blob(azurite: str, azure_container: str) -> Iterator[tuple[str, dict[str, str]]]:
    """An address on Azurite, which lists from a name on as the service does, and what opens it."""
    command = [sys.executable, "-m", "tests.support.blob_proxy"]
    with services.running(command, BEHIND=azurite, PYTHONPATH=str(services.PROJECT)) as (proxy, output):
        before = services.wait_for("The proxy", proxy, output, r"BEFORE (\S+)")[1]
        yield f"az://{azure_container}/some/where", {"connection_string": before}


@pytest.mark.parametrize("kind", ["delta", "files"])
def test_on_blob_it_is_the_same(copied_lake, blob, tmp_path, kind):
    address, options = blob
    sink = sink_at(address, kind, options=options, tables=["dim_zone", "fact_energy_balance_daily"])
    for stage in (1, 2):
        lake = copied_lake(AFTER_STAGE[stage])
        load(lake, sink)
    storage = SinkStorage(sink)
    assert json.loads(storage.read("wattlake.json"))["snapshot_id"] > 0
    storage.files.get(storage.path(""), str(tmp_path / "copy"), recursive=True)
    ours, theirs = ends_of_files(lake, sink_at(tmp_path / "copy", kind, tables=sink.tables))
    assert theirs == ours
    if kind == "delta":
        there = DeltaTable(f"{address}/fact_energy_balance_daily", storage_options=delta_options(sink))
        assert there.count() == int(ours["warehouse.fact_energy_balance_daily"].partition(":")[0])


@pytest.mark.long
def test_who_reads_by_the_manifest_sees_the_old_files_until_the_new_manifest_and_a_load_longer(copied_lake, tmp_path):
    sink = sink_at(tmp_path / "out", "files")
    load(copied_lake(AFTER_STAGE[1]), sink)
    before = copied_lake(AFTER_STAGE[1])
    manifest = (tmp_path / "out" / "wattlake.json").read_text()
    seen = []

    def watch(tables, _what):
        for table in tables:
            seen.append(ends_of_files(before, sink))
            yield table

    lake = copied_lake(AFTER_STAGE[2])
    load(lake, sink, watch=watch)
    assert [ours == theirs for ours, theirs in seen] == [True] * len(SMALL)
    listed = [
        file for table in json.loads(manifest)["tables"].values() for files in table["files"].values() for file in files
    ]
    assert all((tmp_path / "out" / file).exists() for file in listed)
    load(lake, sink)
    left = [file for file in listed if (tmp_path / "out" / file).exists()]
    assert 0 < len(left) < len(listed)
    ours, theirs = ends_of_files(lake, sink)
    assert theirs == ours


@pytest.mark.parametrize(("kind", "form"), KINDS)
def test_odd_text_nulls_and_decimals_arrive_as_they_are(copied_lake, tmp_path, kind, form):
    lake = copied_lake(MADE)
    odd = [
        "o''hara",
        'say "x"',
        "a,b;c",
        "tab\there",
        "line\nbreak",
        "cr\rlf",
        "back\\slash",
        "\\N",
        "",
        "NULL",
        "Ünï🌞",
    ]
    values = ", ".join(f"('{zone}', {number + 0.1}, -0.25)" for number, zone in enumerate(odd))
    lake.write(lambda connection: connection.execute(f"insert into gold.zone by position values {values}"))
    lake.write(
        lambda connection: connection.execute(
            "insert into gold.energy_balance_daily by name select 'm' as member_id, "
            "timestamp '2026-01-01' as period_start_utc, 'z' as zone, 1 as slots, "
            "999999999999.999999::decimal(18, 6) as consumption_kwh, null::decimal(18, 6) as surplus_kwh"
        )
    )
    names = {"gold.zone": {"columns": {'from "x"': "zone", "select": "latitude"}}}
    tables = ["gold.zone", "fact_energy_balance_daily"]
    sink = sink_at(tmp_path / "out", kind, format=form, tables=tables, table=names)
    load(lake, sink)
    ours, theirs = ends_of_files(lake, sink)
    assert theirs == ours


def test_what_is_not_ours_is_left_alone_and_what_fails_is_told(copied_lake, tmp_path, azurite, azure_container):
    import pyarrow
    from deltalake import write_deltalake

    lake = copied_lake(AFTER_STAGE[1])
    write_deltalake(tmp_path / "a" / "dim_zone", pyarrow.table({"zone": ["x"]}))
    with pytest.raises(SinkError, match="has rows that this sink did not load"):
        load(lake, sink_at(tmp_path / "a", "delta"))
    DeltaTable(tmp_path / "a" / "dim_zone").delete()
    write_deltalake(tmp_path / "b" / "dim_zone", pyarrow.table({"zone": pyarrow.array([], pyarrow.int64())}))
    with pytest.raises(SinkError, match="column `zone` is long, but"):
        load(lake, sink_at(tmp_path / "b", "delta"))
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "wattlake.json").write_text("[1]")
    with pytest.raises(SinkError, match="is no manifest of Wattlake"):
        load(lake, sink_at(tmp_path / "c", "files"))
    (tmp_path / "d").write_text("a file")
    with pytest.raises(SinkError, match="was not loaded"):
        load(lake, sink_at(tmp_path / "d", "files"))
    wrong = azurite.replace("AccountKey=Eby8", "AccountKey=AAAA")
    with pytest.raises(SinkError, match="was not loaded") as error:
        load(lake, sink_at(f"az://{azure_container}/x", "files", options={"connection_string": wrong}))
    assert "AAAAvdM02xNO" not in str(error.value)
    assert select(lake, "select distinct status, rows from ops.export") == [("failed", 0)]
