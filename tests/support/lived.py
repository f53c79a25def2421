"""A lake that has led the life of `benchmarks.torture.works` undisturbed: made once, read and copied by tests."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks.torture.kills import Undisturbed, undisturbed_life
from tests.support.made_once import made_once
from wattlake.lake.settings import Settings

LAKE, LIFE = "lake", "life.json"


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the lake and of what came of each work; to be copied and not to be opened."""
    return made_once(tmp_path_factory, "lived", _live)


@pytest.fixture(scope="session")
def life(lived: Path) -> Undisturbed:
    """The content after each work of its life."""
    return Undisturbed(**json.loads((lived / LIFE).read_text()))


def _live(folder: Path) -> None:
    life = undisturbed_life(Settings(data=str(folder / LAKE)), folder / "files")
    (folder / LIFE).write_text(json.dumps(asdict(life)))
