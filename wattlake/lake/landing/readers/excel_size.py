"""A workbook's size and form, looked at before it is unpacked in memory at once."""

import re
import zipfile
from pathlib import Path
from xml.parsers import expat

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.readers.contents import BROKEN, LARGEST_RATIO, READ_BYTES, UNPACKED_BYTES, Content

MOST_BYTES = 512 * 1024**2
MOST_CELLS = 12_000_000
"""The cells of a sheet, blank ones between others included, take about 70 bytes of memory each."""
REFERENCE = re.compile(rb""" r=["']([A-Z]{1,3})(\d{1,7})["']""")
LONGEST_REFERENCE = 20
TOO_LARGE = "Export a shorter time, or save its sheet as CSV, which may have any size."


def expect_size(content: Content, path: Path) -> None:
    """Refuse a workbook that would not fit into memory, whatever its directory says.

    Args:
        content: the workbook, for errors.
        path: where it is on disk.

    Raises:
        UnreadableFileError: it unpacks to too much, a sheet has too many cells, or it is damaged.
    """
    packed_bytes = path.stat().st_size
    most_bytes = min(MOST_BYTES, max(UNPACKED_BYTES, LARGEST_RATIO * packed_bytes))
    if packed_bytes > MOST_BYTES:
        raise _too_large(content, MOST_BYTES)
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                member.file_size = 2**62  # What is there is counted, not what is said.
                most_bytes -= _unpacked_bytes(content, archive, member, most_bytes)
    except (*BROKEN["zip"], OSError, expat.ExpatError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        fault = f"{content.name}is not a whole workbook ({error}). Fetch it again."
        raise UnreadableFileError(str(content.path), fault) from error


def _unpacked_bytes(content: Content, archive: zipfile.ZipFile, member: zipfile.ZipInfo, most_bytes: int) -> int:
    unpacked_bytes, rows, columns, rest = 0, 0, 0, b""
    is_sheet = "worksheets/" in member.filename
    parser = expat.ParserCreate(namespace_separator=" ")  # The workbook's own reader takes what is not well formed.
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with archive.open(member) as source:
        while part := source.read(READ_BYTES):
            unpacked_bytes += len(part)
            if unpacked_bytes > most_bytes:
                raise _too_large(content, most_bytes)
            if member.filename.endswith(".xml"):
                parser.Parse(part, False)
            if is_sheet:
                references = REFERENCE.findall(rest + part)
                columns = max([columns, *map(_number, {letters for letters, _ in references})])
                rows = max([rows, *map(int, {digits for _, digits in references})])
                rest = part[-LONGEST_REFERENCE:]
                if rows * columns > MOST_CELLS:
                    fault = f"{content.name}has a sheet of {rows:,} rows and {columns:,} columns. {TOO_LARGE}"
                    raise UnreadableFileError(str(content.path), fault)
    if member.filename.endswith(".xml"):
        parser.Parse(b"", True)
    return unpacked_bytes


def _refuse_doctype(*declared: object) -> None:
    raise ValueError("it declares a document type, which no workbook has")


def _number(letters: bytes) -> int:
    """Give the number of a column by its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _too_large(content: Content, most_bytes: int) -> UnreadableFileError:
    fault = f"{content.name}unpacks to more than {most_bytes // 1024**2:,} MB. {TOO_LARGE}"
    return UnreadableFileError(str(content.path), fault)
