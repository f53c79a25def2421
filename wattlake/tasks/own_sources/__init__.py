"""A user's own sources: files of the project folder, loaded after ours, never over ours.

They stand in its folder ``sources``: ``NAME.py`` declares ``SOURCE`` as our modules do; ``NAME.toml`` describes a
source of a kind, which a module of ``kinds`` makes of it. Files that begin with ``_`` or ``.`` are left alone.
"""

import re
from pathlib import Path

from wattlake.lake.project import SOURCES, ProjectFileError, files, shown

ENDINGS = (".py", ".toml")
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class OwnSourceError(ProjectFileError):
    """A file of the project's ``sources`` cannot be used: a sentence for each mistake in it."""


def own_files() -> dict[str, Path]:
    """List the files of a user's own sources by the names of the sources, in their order.

    Raises:
        OwnSourceError: two files have one name, or a file has a name that no table can have.
    """
    by_name: dict[str, Path] = {}
    for file in files(SOURCES, *ENDINGS):
        if not NAME.fullmatch(file.stem):
            raise OwnSourceError(
                f"{shown(file)} would be a source called `{file.stem}`; expected is a name of small letters, digits "
                "and `_` that begins with a letter. Rename it."
            )
        if file.stem in by_name:
            raise twice(file.stem, by_name[file.stem], file)
        by_name[file.stem] = file
    return by_name


def twice(name: str, first: Path, second: Path) -> OwnSourceError:
    """Make the error of two files that are sources of one name."""
    return OwnSourceError(
        f"There are two sources called `{name}`: {shown(first)} and {shown(second)}. Rename the second."
    )
