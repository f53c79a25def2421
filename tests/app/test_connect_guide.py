"""docs/connect.md: each sink it describes is loaded as it stands there, but for the server's address."""

import re
import subprocess
import sys

import pytest

from harness.services import PROJECT
from harness.sink_ends import differing, ends_of_files
from tests.support.origins import AFTER_STAGE
from tests.support.project_folder import project_folder
from wattlake.lake.sinks.described import read_sinks
from wattlake.lake.sinks.postgres.server import attached

GUIDE = (PROJECT / "docs/connect.md").read_text(encoding="utf-8")
SINKS = dict(re.findall(r"^```toml (sinks/\S+)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL))
SQL = dict(re.findall(r"^```sql (\S+)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL))


def test_the_guide_has_a_sink_of_each_kind_that_there_is():
    from wattlake.lake.sinks.export import KINDS

    assert {re.search('kind = "(.*)"', text)[1] for text in SINKS.values()} == set(KINDS)


@pytest.fixture
def project(copied_lake, tmp_path, monkeypatch):
    """A project folder with the guide's sinks, and a lake."""
    lake = copied_lake(AFTER_STAGE[1])
    monkeypatch.setenv("WATTLAKE_DATA", lake.settings.data)
    with project_folder(tmp_path / "project", SINKS):
        yield lake


def test_the_guides_sinks_in_postgresql_are_loaded(project, wattlake, monkeypatch, postgres_database, tmp_path):
    monkeypatch.setenv("WAREHOUSE_PASSWORD", "any")
    monkeypatch.setenv("BILLING_DATABASE", postgres_database)
    at_server = postgres_database.replace("postgres:@", "postgres:${WAREHOUSE_PASSWORD}@")
    file = tmp_path / "project/sinks/warehouse.toml"
    file.write_text(re.sub('postgresql://.*(?=")', at_server, file.read_text()), encoding="utf-8")
    (billing,) = read_sinks(["billing"])
    with project.reader() as connection, attached(connection, billing) as server:
        server.execute(SQL["billing"])
    said = wattlake("export", "billing", "warehouse")
    assert said.code == 0, said.err
    for sink in read_sinks(["billing", "warehouse"]):
        assert [table for table in differing(project, sink) if table != "warehouse.fact_energy_flow"] == []
    with project.reader() as connection, attached(connection, billing) as server:
        ours = connection.execute("select count(*), sum(meter_import_kwh) from warehouse.fact_energy_flow").fetchall()
        sums = server.rows("select count(*) as n, sum(kwh_in)::numeric(18, 6) as kwh from billing.meter_hours")
    assert sums == ours
    asked = re.search(r'wattlake sql "(select sink.*)"', GUIDE)[1]
    assert wattlake("sql", asked).out.count("completed") == 2


def test_the_guides_sinks_of_files_are_loaded_and_read_as_it_says(project, wattlake, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path / "project")
    assert wattlake("export", "drop").code == 0
    (sink,) = read_sinks(["drop"])
    ours, theirs = ends_of_files(project, sink)
    assert theirs == ours
    (code,) = re.findall(r"^```python read.py\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    days = ours["warehouse.fact_energy_balance_daily"].partition(":")[0]
    assert re.search(rf"\b{days}\b", done.stdout)


def test_the_guides_sink_in_delta_is_loaded(project, wattlake, tmp_path, monkeypatch):
    monkeypatch.setenv("SHARED_ACCOUNT", "AccountName=a;AccountKey=b")
    file = tmp_path / "project/sinks/lakehouse.toml"
    file.write_text(file.read_text().replace("az://shared/energy", "shared").split("[options]")[0], encoding="utf-8")
    assert wattlake("export", "lakehouse").code == 0
    (sink,) = read_sinks(["lakehouse"])
    ours, theirs = ends_of_files(project, sink)
    assert theirs == ours
