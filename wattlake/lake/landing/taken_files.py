"""Which files of an inbox are landed, by what they hold, and why the others are not."""

from functools import lru_cache
from pathlib import Path

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.layouts import REMEMBERED_FILES, recognise
from wattlake.lake.landing.readers.cells import UNKNOWN_LAYOUT, mapped_rows
from wattlake.lake.landing.readers.choice import is_text, reader_of
from wattlake.lake.landing.readers.members import LeftOut, left_out, readable_contents
from wattlake.lake.mapping import MappingError, read_mapping_file


def fault_of_file(path: Path, mapping_file: Path | None) -> str | None:
    """Say why a file without a data file's name is not landed; ``None`` where it is.

    With a mapping every file is taken whose format has a reader; a text only if it has the mapping's columns, for it
    may be a note. Without one, a file in a layout that is known is.

    Args:
        path: of the file.
        mapping_file: of the mapping that holds for it.
    """
    try:
        status = path.stat()
        changed_ns = mapping_file.stat().st_mtime_ns if mapping_file else 0
    except OSError as error:
        return f"cannot be read ({error.strerror}). Check that it is there and may be read."
    if status.st_size == 0:
        return "is empty."
    return _fault(path, mapping_file, (status.st_size, status.st_mtime_ns, status.st_ino, changed_ns))


def members_left_out(path: Path, mapping_file: Path) -> list[LeftOut]:
    """List the members of a zip file that are not landed with its others, and why."""
    try:
        return left_out(path, read_mapping_file(mapping_file)[0])
    except (MappingError, UnreadableFileError):
        return []  # It is told of the mapping, and of the file, when that is landed.


@lru_cache(REMEMBERED_FILES)
def _fault(path: Path, mapping_file: Path | None, stamp: tuple[int, ...]) -> str | None:
    try:
        content = readable_contents(path)[0]
        name = reader_of(content).NAME
        if mapping_file is None:
            return None if recognise(path) else UNKNOWN_LAYOUT.format(name=name)
        if is_text(content):
            next(mapped_rows(path, read_mapping_file(mapping_file)[0]), None)
    except MappingError:
        return None  # It is told of the mapping when its files are landed.
    except UnreadableFileError as error:
        return str(error).removeprefix(f"{path} ")
    return None
