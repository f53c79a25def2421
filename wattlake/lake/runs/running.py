"""Runs that have not ended: each holds a note beside the catalog, and a note that nobody holds was broken off.

A process that is killed cannot say so, nor one that cannot write to the lake any more. But the system lets go of what
it held, so the next look can tell a run that is still at work from one that is no more, and no run has to write to the
lake that it begins.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from wattlake.lake.settings import Settings


@dataclass(frozen=True)
class Note:
    """A run that began: its identifier, the flow or command, and when (ISO 8601, with its offset)."""

    run_id: str
    name: str
    began: str

    @property
    def started_at_utc(self) -> datetime:
        """When it started."""
        return datetime.fromisoformat(self.began)


@contextmanager
def noted(settings: Settings, note: Note) -> Iterator[None]:
    """Hold a run's note while the block runs. The note stays until it is forgotten, held by nobody."""
    folder = notes_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{note.run_id}.json"
    with path.with_suffix(".new").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        json.dump(asdict(note), file)
        file.flush()
        Path(file.name).rename(path)  # Nobody sees it before it is held.
        yield


def unended(settings: Settings) -> list[tuple[Note, bool]]:
    """The runs of this lake that have not ended on this machine, and whether each is still at work."""
    return [(note, _is_held(file)) for path in _paths(settings) for file, note in _opened(path)]


def broken_off(settings: Settings) -> Iterator[Note]:
    """The runs of this lake that ended on this machine without a word; each is the caller's until it takes the next."""
    for path in _paths(settings):
        for file, note in _opened(path):
            if not _is_held(file):
                yield note


def forget(settings: Settings, note: Note) -> None:
    """Remove the note of a run, once it is recorded how it ended."""
    (notes_folder(settings) / f"{note.run_id}.json").unlink(missing_ok=True)


def notes_folder(settings: Settings) -> Path:
    """Where a lake's notes are: on this machine, beside its catalog or its other files."""
    beside = settings.local_folder / "postgres" if settings.is_postgres else settings.catalog_file
    return Path(f"{beside}.runs")


def _paths(settings: Settings) -> list[Path]:
    return sorted(notes_folder(settings).glob("*.json"))


def _opened(path: Path) -> Iterator[tuple[IO[str], Note]]:
    """The note while it is open; nothing where its run has just ended."""
    with suppress(FileNotFoundError), path.open() as file:
        yield file, Note(**json.load(file))


def _is_held(file: IO[str]) -> bool:
    """Whether somebody holds a note; from now on the caller, where nobody does and it is not removed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return os.fstat(file.fileno()).st_nlink == 0  # Its run let it go and removed it in this very moment.
