"""Tell which runs have not ended, by the note that each holds beside the catalog.

A note that nobody holds is of a run that was broken off. It is in place of a heartbeat: nothing is written on the way.

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
    """The note of a run that began: its identifier, its name and its start.

    The name is the flow's or command's; the start is in ISO 8601, with its offset.
    """

    run_id: str
    name: str
    began: str

    @property
    def started_at_utc(self) -> datetime:
        """Give the time when it started."""
        return datetime.fromisoformat(self.began)


@contextmanager
def noted(settings: Settings, note: Note) -> Iterator[None]:
    """Hold a run's note while the block runs.

    The note stays until it is forgotten, held by nobody.
    """
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
    """List the runs of this lake that have not ended on this machine.

    With each it is said whether it is still at work.
    """
    return [(note, _is_held_by_another(file)) for path in _paths(settings) for file, note in _opened(path)]


def broken_off(settings: Settings) -> Iterator[Note]:
    """List the runs of this lake that were broken off on this machine.

    They ended without a word. Each is the caller's until it takes the next.
    """
    for path in _paths(settings):
        for file, note in _opened(path):
            if not _is_held_by_another(file):
                yield note


def forget(settings: Settings, note: Note) -> None:
    """Remove the note of a run, once it is recorded how it ended."""
    (notes_folder(settings) / f"{note.run_id}.json").unlink(missing_ok=True)


def notes_folder(settings: Settings) -> Path:
    """Give the folder of a lake's notes.

    It is on this machine, beside the lake's catalog or its other files.
    """
    beside = settings.local_folder / "postgres" if settings.is_postgres else settings.catalog_file
    return Path(f"{beside}.runs")


def _paths(settings: Settings) -> list[Path]:
    return sorted(notes_folder(settings).glob("*.json"))


def _opened(path: Path) -> Iterator[tuple[IO[str], Note]]:
    """Open a note and read it; give nothing where its run has just ended."""
    with suppress(FileNotFoundError), path.open() as file:
        yield file, Note(**json.load(file))


def _is_held_by_another(file: IO[str]) -> bool:
    """Try to take a note, and say whether somebody else holds it.

    Where nobody does and it is not removed, the caller holds it from now on.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return os.fstat(file.fileno()).st_nlink == 0  # Its run let it go and removed it in this very moment.
