"""Say which files of a project nothing would read, for its author believes otherwise.

``wattlake check`` asks for it, and a build does not: the current folder may have a folder ``models`` of another kind.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from wattlake.lake import project
from wattlake.lake.project import LAYERS, SOURCES, ProjectFileError, shown

MODELS = (".sql", ".toml", ".py")
READ: Mapping[str, tuple[str, ...]] = {
    "models/bronze": (".toml", ".py"),
    **{f"models/{layer}": MODELS for layer in LAYERS[1:]},
    "checks": (".sql",),
    "pages": (".py",),
    SOURCES: (".toml", ".py"),
    "sinks": (".toml",),
}
"""The endings of the files that are read, by their folder; in ``functions/``, one may import whatever there is."""

ROOMS = ("models", "functions", "checks", "pages", SOURCES, "sinks")


def expect_no_strays() -> None:
    """Expect that all files which look as if they belonged to the project are read.

    Raises:
        ProjectFileError: a line for each that is not.
    """
    if strays := list(_strays()):
        raise ProjectFileError("\n".join(strays))


def _strays() -> Iterator[str]:
    for room in ROOMS:
        folder = project.PROJECT / room
        if folder.is_file():
            yield f"{room}: it is a file; expected is a folder. Give the file another name."
        elif room != "functions":
            for path in sorted(folder.rglob("*")):
                if path.suffix.lower() in MODELS and not _is_hidden(path.relative_to(folder)):
                    yield from _stray(path)


def _stray(path: Path) -> Iterator[str]:
    if path.is_symlink() and not path.exists():
        yield f"{shown(path)}: it is a link to {path.readlink()}, which is not there. Remove or mend the link."
    elif path.is_file() and path.suffix not in READ.get(shown(path.parent), ()):
        patterns = [f"{folder}/NAME{ending}" for folder, endings in READ.items() for ending in endings]
        alike = [
            pattern for pattern in patterns if pattern.endswith(path.suffix.lower()) and pattern.startswith(_room(path))
        ]
        expected = ", ".join(alike or [pattern for pattern in patterns if pattern.startswith(_room(path))])
        yield f"{shown(path)}: nothing reads it; read are {expected}. Move or remove it."


def _room(path: Path) -> str:
    return path.relative_to(project.PROJECT).parts[0]


def _is_hidden(path: Path) -> bool:
    """Say whether a file's name or a folder's leaves it out: `_old.sql`, `__pycache__`."""
    return any(part.startswith(("_", ".")) for part in path.parts)
