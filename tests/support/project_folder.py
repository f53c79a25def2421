"""A project folder with files of its own, and what this process knows of models and contracts while it is there."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from wattlake.lake import project


@contextmanager
def project_folder(folder: Path, files: Mapping[str, str] = {}) -> Iterator[Path]:
    """Make a folder with some files the project's while the context lasts; ``forget`` after a file is changed."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, files)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(project, "PROJECT", folder)
        forget()
        try:
            yield folder
        finally:
            patched.undo()
            forget()


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write some files, by their paths in the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def forget() -> None:
    """Let this process read the project anew, as the next one would."""
    for name, module in list(sys.modules.items()):
        if name.startswith((project.PACKAGE_NAME, "functions")):
            del sys.modules[name]
        elif name.startswith("wattlake."):
            for each in list(vars(module).values()):
                if hasattr(each, "cache_clear") and getattr(each, "__module__", "").startswith("wattlake."):
                    each.cache_clear()
