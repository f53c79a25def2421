"""Layouts that need no mapping: files of operators and portals, known by their header."""

import re
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import wattlake
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.heads import Head, head_of
from wattlake.lake.landing.readers.members import readable_contents
from wattlake.lake.mapping import AnyMapping, read_mapping_file
from wattlake.lake.mapping.keys import Format

FOLDER = Path(wattlake.__file__).parent / "mappings" / "layouts"
REMEMBERED_FILES = 10_000


class Layout(NamedTuple):
    """A layout: its name, the file of its mapping, and the mapping."""

    name: str
    path: Path
    mapping: AnyMapping


@cache
def layouts() -> tuple[Layout, ...]:
    """Read the layouts there are; those with the most columns come first."""
    read = [(path, read_mapping_file(path)[0]) for path in sorted(FOLDER.glob("*.toml"))]
    read.sort(key=lambda layout: -len(_header(layout[1])))
    return tuple(Layout(mapping.name, path, mapping) for path, mapping in read)


def recognise(path: Path) -> Layout | None:
    """Find the layout of a file, in its first rows; ``None`` where it has none that is known."""
    try:
        status = path.stat()
    except OSError:
        return None
    return _recognised(path, status.st_size, status.st_mtime_ns, status.st_ino)


@lru_cache(REMEMBERED_FILES)
def _recognised(path: Path, size: int, changed_ns: int, number: int) -> Layout | None:
    try:
        contents = readable_contents(path)
    except UnreadableFileError:
        return None
    return next((layout for content in contents if (layout := _layout_of(content))), None)


def _layout_of(content: Content) -> Layout | None:
    heads: dict[tuple[object, ...], Head] = {}
    name = PurePosixPath(content.member or content.path.name).name
    for layout in layouts():
        file, known_by = layout.mapping.file, layout.mapping.recognise
        if known_by and not re.search(known_by.file_name, name):
            continue
        key = (file.delimiter, file.encoding, file.sheet, file.records)
        if key not in heads:
            heads[key] = _head(content, file)
        if any(_header(layout.mapping) <= {cell.strip().casefold() for cell in row} for row in heads[key]):
            return layout
    return None


def _head(content: Content, file: Format) -> Head:
    """Read the first rows of a file; there are none where it is cut in another way."""
    try:
        return head_of(content, file)
    except UnreadableFileError:
        return []


def _header(mapping: AnyMapping) -> set[str]:
    return {name.casefold() for name in mapping.recognise.header} if mapping.recognise else set()
