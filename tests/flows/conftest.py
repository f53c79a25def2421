"""A community of six members and ten days, and the clock-free flows that run on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.small_world import SmallWorld, environment, small_world


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> Iterator[SmallWorld]:
    with small_world(tmp_path_factory.mktemp("world"), members=6, days=10) as made:
        yield made


@pytest.fixture
def at_once(monkeypatch) -> None:
    """Retries of tasks without the seconds in between."""
    from wattlake.tasks.ingest import land_source

    monkeypatch.setattr(land_source, "retry_delay_seconds", 0)


@pytest.fixture
def use_settings(monkeypatch) -> Callable[[dict[str, str]], None]:
    """A function that sets the environment a flow reads its settings from."""

    def use(values: dict[str, str]) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return use


@pytest.fixture(scope="session")
def built_folder(world, prefect_harness, tmp_path_factory) -> Path:
    """A lake that the flow ``pipeline`` filled, asked for the last three days; tests must not write to it."""
    from wattlake.flows.pipeline import pipeline

    folder = tmp_path_factory.mktemp("built")
    with environment(world.settings(folder)):
        pipeline(**of_three_days(world))
    return folder


def of_three_days(world: SmallWorld) -> dict[str, object]:
    """The parameters of a flow that asks for the last three of the community's days."""
    return {"days": 3, "to_day": world.days_asked["to_day"], "now_utc": world.now_utc}
