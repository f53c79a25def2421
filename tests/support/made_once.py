"""A folder that one of the tests' workers makes and all of them read."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Give a folder that the first worker to ask for it fills; tests must not write to it.

    Args:
        factory: the worker's own temporary folders; those of all workers have one parent.
        name: the folder's name, one for each way to make it.
        make: fills the folder, which is there and empty.
    """
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / f"once-{name}"
    is_whole = folder.with_suffix(".whole")
    with FileLock(folder.with_suffix(".lock")):
        if not is_whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            is_whole.touch()
    return folder
