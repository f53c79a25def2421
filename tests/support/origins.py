"""Lakes that are made once in a session, by the worker that needs one first, and copied where a test writes.

A lake in a folder is its files and its catalog beside them, so a copy of the folder is a lake as whole as the first. To
make one takes 2 s of processor time, the calendar of forty years 5, each stage of the community 4; to copy it, 0.02.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from harness.lake_community import land_everything, stage_1, stage_2, stage_3
from harness.lake_steps import NOW, build_all
from tests.support.made_once import made_once
from wattlake.lake.market.settlement import settle
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.identity import MARK, catalog_place
from wattlake.lake.store.lake import Lake

Step = Callable[[Lake, Path], object]

DATA_PATH = "update ducklake_metadata set value = '{}' where key = 'data_path'"
"""A catalog that does not lie with its data remembers where that is."""

CATALOG = "catalog.sqlite"
MADE, WITH_CALENDAR, AT_ONCE, SETTLED = "made", "calendar", "at once", "settled"
AFTER_STAGE = {1: "stage 1", 2: "stage 2", 3: "stage 3"}
"""The calendar, and each stage landed and built after the one before it."""


def _built(stage: Step) -> Step:
    def land_and_build(lake: Lake, folder: Path) -> None:
        stage(lake, folder)
        build_all(lake, stage.__name__)

    return land_and_build


STEPS: dict[str, tuple[str, Step]] = {
    MADE: ("", lambda lake, _: lake.create()),
    WITH_CALENDAR: (MADE, lambda lake, _: build_all(lake, "calendar")),
    AFTER_STAGE[1]: (WITH_CALENDAR, _built(stage_1)),
    AFTER_STAGE[2]: (AFTER_STAGE[1], _built(stage_2)),
    AFTER_STAGE[3]: (AFTER_STAGE[2], _built(stage_3)),
    SETTLED: (AFTER_STAGE[1], lambda lake, _: list(settle(lake, NOW, "run"))),
    AT_ONCE: (MADE, _built(land_everything)),
}
"""How each is made: out of which, and what is done to a copy of that."""


class Origins:
    """The folders of the lakes that are copied."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        """Keep them among the temporary folders of a session, whose workers share them."""
        self._factory = factory

    def folder(self, name: str) -> Path:
        """Give a lake's folder, to be copied and not to be opened; it is made where nobody has made it yet."""
        return made_once(self._factory, f"lake-{name}", partial(self._make, name))

    def copy(self, name: str, folder: Path, **settings: object) -> Lake:
        """Copy a lake to a folder that is not there yet."""
        shutil.copytree(self.folder(name), folder)
        return Lake(Settings(data=str(folder), **settings))

    def copy_made(self, settings: Settings) -> None:
        """Copy the empty lake to where settings with a SQLite catalog say, on Blob, too."""
        made = self.folder(MADE)
        place_files(made, settings)
        shutil.copy(made / CATALOG, settings.catalog_file)
        with closing(sqlite3.connect(settings.catalog_file)) as catalog, catalog:
            catalog.execute(DATA_PATH.format(f"{settings.data}/tables/"))

    def _make(self, name: str, folder: Path) -> None:
        origin, step = STEPS[name]
        if origin:
            shutil.copytree(self.folder(origin), folder, dirs_exist_ok=True)
        lake = Lake(Settings(data=str(folder)))
        step(lake, folder.with_suffix(".files"))
        lake.close()


def place_files(made: Path, settings: Settings) -> None:
    """Copy an empty lake's files to where settings say, and mark them as those of the catalog there."""
    storage = Storage(settings)
    settings.local_folder.mkdir(parents=True, exist_ok=True)
    for file in made.rglob("*.parquet"):
        storage.write(file.relative_to(made).as_posix(), file.read_bytes())
    mark = json.loads((made / MARK).read_bytes()) | {"catalog": catalog_place(settings)}
    storage.write(MARK, json.dumps(mark, indent=1).encode())
