"""Text opened for reading, in any encoding; wrong bytes are told by line and column."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.readers.contents import READ_BYTES, Content
from wattlake.lake.mapping.keys import Format

UTF16 = {"utf-16", "utf16", "utf_16", "u16"}
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@contextmanager
def opened_text(content: Content, layout: Format) -> Iterator[TextIO]:
    """Open a content as text.

    Raises:
        UnreadableFileError: its bytes are no text in the encoding; says where.
    """
    encoding = encoding_of(content, layout.encoding)
    try:
        with content.opened() as source, io.TextIOWrapper(source, encoding, newline="") as file:
            yield file
    except UnicodeError as error:
        raise UnreadableFileError(str(content.path), _undecodable(content, layout, encoding)) from error
    except csv.Error as error:
        raise UnreadableFileError(str(content.path), f"{content.name}is not readable as CSV: {error}.") from error


def encoding_of(content: Content, named: str) -> str:
    """Give Python's name of an encoding; the order of UTF-16's bytes is seen."""
    if named.lower() in ("utf-8", "utf8"):
        return "utf-8-sig"
    if named.lower() not in UTF16:
        return named
    head = content.head
    if head.startswith(UTF16_MARKS):
        return "utf-16"
    return "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"


def _undecodable(content: Content, layout: Format, encoding: str) -> str:
    """Tell where the first byte stands that the encoding does not have."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, last_line, rest = 1, "", b""
    with content.opened() as source:
        while part := source.read(READ_BYTES):
            try:
                text = decoder.decode(part)
            except UnicodeDecodeError as error:
                text = _decoded(error.object[: error.start], encoding)
                lines, last_line = lines + text.count("\n"), (last_line + text).rpartition("\n")[2]
                bad_bytes = " ".join(f"0x{byte:02x}" for byte in error.object[error.start : error.end][:4])
                column = last_line.count(layout.delimiter) + 1
                return (
                    f"does not fit: {content.name}line {lines}, column {column} has {bad_bytes}, which is no "
                    f"{layout.encoding}. Give its encoding as `file.encoding`, often cp1252."
                )
            except UnicodeError as error:
                fault = f"does not fit: it is no {layout.encoding} ({shown(str(error))})."
                return f"{fault} Give its encoding as `file.encoding`."
            lines, last_line, rest = lines + text.count("\n"), (last_line + text).rpartition("\n")[2], part[-4:]
    cut_off = f", and ends amid a character ({rest.hex(' ')})" if rest else ""
    return f"is no {layout.encoding}{cut_off}. Give its encoding as `file.encoding`."


def _decoded(content: bytes, encoding: str) -> str:
    return content.decode(encoding.removesuffix("-sig"), errors="replace")
