"""A copy of the project in which a test adds files, and whose commands run in processes of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from harness.services import PROJECT

LEFT_OUT = shutil.ignore_patterns("images")
"""Bytecode is copied: else the first process would compile all modules, seconds of processor time."""
FOLDERS = ("wattlake", "harness", "tests", "docs")
FILES = ("pyproject.toml", ".sqlfluff")


class CopiedProject:
    """The copy, and what was run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in FOLDERS:
            shutil.copytree(PROJECT / name, folder / name, ignore=LEFT_OUT)
        for name in FILES:
            shutil.copy(PROJECT / name, folder / name)
        self.copied = self.files()

    def files(self) -> dict[str, bytes]:
        """The files of the copy with what is in them, but for what Python and the lake leave there."""
        paths = (path for name in FOLDERS for path in (self.folder / name).rglob("*") if path.is_file())
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in paths
            if "__pycache__" not in path.parts
        }

    def new_files(self) -> list[str]:
        """The files that were added; that another was changed is an error."""
        files = self.files()
        assert {name: files.get(name) for name in self.copied} == self.copied, "a file that was there is another now"
        return sorted(files.keys() - self.copied.keys())

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run Python there with the copy ahead of the installed package, as it ends."""
        environment: Mapping[str, str] = os.environ | {"PYTHONPATH": str(self.folder), "PYTEST_ADDOPTS": ""} | settings
        return subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def wattlake(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command there."""
        return self.run("-m", "wattlake.app.cli", *arguments, **settings)
