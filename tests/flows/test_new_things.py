"""A throw-away source, model, page and check, each only new files, go through `wattlake run`."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.copied_project import CopiedProject

SEEN = """
import json
from wattlake.app.dashboard.lineage import edges
from wattlake.app.dashboard.pages import pages
from wattlake.lake.models.graph import downstream
from wattlake.lake.quality.report import findings
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
reader = Lake(Settings(), read_only=True).reader()
print(json.dumps({
    "page": "tides" in pages(),
    "lineage of the page": sorted(edges()["page.tides"]),
    "lineage of the view": "warehouse.tide" in downstream({"bronze.tides"}),
    "check": [(f.table_name, f.severity, f.rows_failing) for f in findings(reader) if "a tide" in f.check_name],
    "rows": reader.execute("select count(*), sum(energy_kwh)::int from warehouse.tide").fetchall()[0],
}))
"""


class Tides(BaseHTTPRequestHandler):
    """An API that has two values, and nobody has heard of."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        values = [{"time": "2026-06-20T00:00Z", "value": 3}, {"time": "2026-06-20T01:00Z", "value": 4}]
        self.wfile.write(json.dumps({"values": values}).encode())

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def tides() -> Iterator[str]:
    """The address of the API."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Tides)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.long
@pytest.mark.timeout(900)  # Seven processes and a whole job, on a machine that may be busy.
def test_new_files_alone_go_through_the_whole_job(world, tides: str, tmp_path, prefect_of_commands):
    project = CopiedProject(tmp_path / "project")
    for arguments in ("source tides", "model gold.tide_daily", "model warehouse.tide", "check odd_tide", "page tides"):
        assert project.wattlake("new", *arguments.split()).returncode == 0
    _make_them_of_tides(project)
    project.new_files()
    settings = world.settings(tmp_path / "lake")
    days = ("--from", "2026-06-18", "--to", "2026-06-22", "--now", "2026-06-22")
    ended = project.wattlake("run", *days, **settings, WATTLAKE_URL__TIDES=tides)
    assert ended.returncode == 0, ended.stderr
    seen = project.run("-c", SEEN, **settings)
    assert json.loads(seen.stdout or "{}") == {
        "page": True,
        "lineage of the page": ["warehouse.dim_zone"],
        "lineage of the view": True,
        "check": [["silver.tides", "warn", 1]],
        "rows": [1, 7],
    }, seen.stderr
    status = project.wattlake("status", "--views", **settings).stdout
    assert {"tides", "tide_daily", "tide"} <= set(status.replace("│", " ").split())
    dictionary = project.wattlake("dictionary").stdout
    assert all(
        f"### {name}\n" in dictionary for name in ("bronze.tides", "silver.tides", "gold.tide_daily", "warehouse.tide")
    )


def _make_them_of_tides(project: CopiedProject) -> None:
    """Let the models read the source, and the check look at it."""
    changes = {
        "sql/gold/tide_daily.sql": [("silver.meter_reading", "silver.tides"), ("sum(energy_kwh)", "sum(tides_value)")],
        "sql/warehouse/tide.sql": [("gold.meter_daily", "gold.tide_daily")],
        "sql/checks/odd_tide.sql": [
            ("a meter's reading", "a tide"),
            ("silver.meter_reading", "silver.tides"),
            ("    meter_id,\n", ""),
            ("    energy_kwh\n", "    tides_value\n"),
            ("energy_kwh > 1000", "tides_value > 3"),
        ],
    }
    for name, replacements in changes.items():
        path = project.folder / "wattlake" / name
        text = path.read_text()
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)
