"""Homes of Prefect servers with the database in them, which a server takes 12 s of processor time to make."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.support.made_once import made_once

DATABASE = "prefect.db"
OF_THE_HARNESS = "prefect-test.db"
"""The name by which Prefect's own harness opens its database, in a temporary folder."""


def prefect_home(factory: pytest.TempPathFactory) -> Path:
    """Make a home for one server, with a copy of the database that is made once for all workers."""
    home = factory.mktemp("prefect")
    copy_database(factory, home / DATABASE)
    return home


def copy_database(factory: pytest.TempPathFactory, database: Path) -> None:
    """Copy the database to where a server will look for its own, unless one is there."""
    if not database.exists():
        shutil.copy(made_once(factory, "prefect", _make) / DATABASE, database)


def harness_with_database(factory: pytest.TempPathFactory) -> AbstractContextManager[object]:
    """Have the folder that Prefect's harness makes within the block hold the database."""

    def folder_with_database() -> str:
        folder = tempfile.mkdtemp()
        copy_database(factory, Path(folder) / OF_THE_HARNESS)
        return folder

    return patch("prefect.testing.utilities.mkdtemp", folder_with_database)


def _make(home: Path) -> None:
    upgrade = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
    subprocess.run(upgrade, env=os.environ | {"PREFECT_HOME": str(home)}, check=True, capture_output=True)
    assert (home / DATABASE).stat().st_size > 0
    assert not (home / f"{DATABASE}-wal").exists(), "the database is not whole without its log"
