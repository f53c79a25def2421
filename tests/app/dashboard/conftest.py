"""A real lake whose warehouse holds a small community and nothing else."""

import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from streamlit.components.v2 import manifest_scanner
from typer.testing import CliRunner

from tests.support.made_once import made_once
from tests.support.small_world import environment, small_world
from tests.support.warehouse_forecasts import advised, expected_prices, forecasts
from tests.support.warehouse_rows import (
    calendar,
    daily,
    flows,
    key_figures,
    register,
    register_gaps,
    traded,
    zone_centres,
    zone_slots,
)
from wattlake.app.cli import cli
from wattlake.lake.contracts import contracts
from wattlake.lake.layers import is_view
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.tables import create_table


@pytest.fixture(scope="session", autouse=True)
def _scan_components_once() -> Iterator[None]:
    """Streamlit reads the metadata of all that is installed for each ``AppTest``: 70 % of what a page takes to open."""
    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(scan))
        yield


@pytest.fixture(scope="session")
def community() -> dict[str, pl.DataFrame]:
    flow = flows()
    return {
        "warehouse.fact_energy_flow": flow,
        "warehouse.fact_energy_balance_daily": daily(flow),
        "warehouse.dim_time": calendar(),
        "warehouse.fact_forecast": forecasts(),
        "warehouse.fact_surplus_advice": advised(),
        "warehouse.fact_price_forecast": expected_prices(),
        "warehouse.register_gap": register_gaps(),
        "warehouse.fact_zone_slot": zone_slots(traded(flow)),
        "warehouse.kpi_member": key_figures(traded(flow)),
        "warehouse.dim_user": register(),
        "warehouse.dim_zone": zone_centres(),
    }


def fill_lake(folder: Path, frames: dict[str, pl.DataFrame]) -> Path:
    """Make a lake whose ``warehouse`` holds tables with the contracts' columns, filled from frames."""
    lake = lake_at(folder)

    def step(con: Connection) -> None:
        for name in (name for name in contracts() if is_view(name)):
            con.execute(f"drop view if exists {name}")
            create_table(con, name)
            if name in frames:
                con.register("filling", frames[name].to_arrow())
                con.execute(f"insert into {name} by name select * from filling")
                con.unregister("filling")

    lake.create()
    lake.write(step)
    lake.close()
    return folder


def lake_at(folder: Path) -> Lake:
    return Lake(Settings(_env_file=None, data=str(folder), catalog=""))


@pytest.fixture(scope="session")
def make_lake(bare_folder) -> Callable[[Path, dict[str, pl.DataFrame]], Path]:
    """A function that makes a lake in a folder, from a copy of the bare one, and fills its warehouse from frames."""

    def make(folder: Path, frames: dict[str, pl.DataFrame]) -> Path:
        return fill_lake(Path(shutil.copytree(bare_folder, folder, dirs_exist_ok=True)), frames)

    return make


@pytest.fixture(scope="session")
def filled_folder(make_lake, tmp_path_factory, community) -> Path:
    return make_lake(tmp_path_factory.mktemp("filled"), community)


@pytest.fixture(scope="session")
def rowless_folder(make_lake, tmp_path_factory) -> Path:
    """A lake whose warehouse has every table and no row."""
    return make_lake(tmp_path_factory.mktemp("rowless"), {})


@pytest.fixture(scope="session")
def bare_folder(tmp_path_factory) -> Path:
    """A lake that was made and never built: it has no warehouse."""
    folder = tmp_path_factory.mktemp("bare")
    lake = lake_at(folder)
    lake.create()
    lake.close()
    return folder


@pytest.fixture(scope="session")
def con(filled_folder):
    lake = lake_at(filled_folder)
    yield lake.reader()
    lake.close()


@pytest.fixture(scope="session")
def demo_lake(tmp_path_factory) -> Settings:
    """The settings of a lake that the commands filled: 12 simulated members, 20 days; read it, only."""
    return Settings(
        _env_file=None, data=str(made_once(tmp_path_factory, "demo", fill_by_commands) / "lake"), catalog=""
    )


def fill_by_commands(folder: Path) -> None:
    """Simulate a community, land, build and settle all of it, and forecast its next day."""
    with small_world(folder / "world", members=12, days=20) as world, environment(world.settings(folder / "lake")):
        now = ("--now", f"{world.now_utc:%Y-%m-%dT%H:%M}")
        days = ("--from", str(world.days_asked["from_day"]), "--to", str(world.days_asked["to_day"]))
        for command in (("ingest", *days, *now), ("build",), ("settle",), ("forecast", *now)):
            assert CliRunner().invoke(cli, command, catch_exceptions=False).exit_code == 0, command


@pytest.fixture
def use_lake(monkeypatch):
    """A function that points the dashboard at a lake's folder."""

    def use(folder: Path) -> None:
        monkeypatch.setenv("WATTLAKE_DATA", str(folder))
        monkeypatch.setenv("WATTLAKE_CATALOG", "")

    return use


@pytest.fixture(autouse=True)
def _main_module_as_before() -> Iterator[None]:
    """AppTest puts its page in the place of the main module, which processes of later tests would run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
