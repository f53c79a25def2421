"""Formats that no reader takes, by their first bytes: their names, and what to do instead."""

import re
from collections.abc import Sequence
from typing import NamedTuple


class OtherFormat(NamedTuple):
    """A format that is not read: its name, and the way out."""

    name: str
    remedy: str


EXPORT = "Ask for the data as CSV, Excel or JSON."
UNPACK = "Unpack it, and put its files here."
MARKS: tuple[tuple[bytes, OtherFormat], ...] = (
    (b"PK\x03\x04", OtherFormat("a zip file inside another", UNPACK)),
    (b"\x1f\x8b", OtherFormat("packed twice", UNPACK)),
    (b"%PDF", OtherFormat("a PDF", EXPORT)),
    (b"SQLite format 3\x00", OtherFormat("an SQLite database", "Export its table of readings as CSV.")),
    (b"\x89HDF\r\n\x1a\n", OtherFormat("HDF5", "Write its table as Parquet or CSV.")),
    (b"7z\xbc\xaf\x27\x1c", OtherFormat("a 7z archive", UNPACK)),
    (b"Rar!\x1a\x07", OtherFormat("a RAR archive", UNPACK)),
    (b"\xfd7zXZ\x00", OtherFormat("packed by xz", UNPACK)),
    (b"BZh", OtherFormat("packed by bzip2", UNPACK)),
    (b"\x28\xb5\x2f\xfd", OtherFormat("packed by Zstandard", UNPACK)),
    (b"\x04\x22\x4d\x18", OtherFormat("packed by LZ4", UNPACK)),
    (b"ARROW1", OtherFormat("an Arrow (Feather) file", "Write it as Parquet.")),
    (b"FEA1", OtherFormat("a Feather file", "Write it as Parquet.")),
    (b"ORC", OtherFormat("an ORC file", "Write it as Parquet.")),
    (b"Obj\x01", OtherFormat("an Avro file", "Write it as Parquet or JSON.")),
    (b"CDF", OtherFormat("NetCDF", "Write its table as Parquet or CSV.")),
    (b"\x80\x04", OtherFormat("a Python pickle, which could run programs", "Write its table as Parquet or CSV.")),
    (b"\x89PNG", OtherFormat("a picture (PNG)", EXPORT)),
    (b"\xff\xd8\xff", OtherFormat("a picture (JPEG)", EXPORT)),
    (b"GIF8", OtherFormat("a picture (GIF)", EXPORT)),
    (b"{\\rtf", OtherFormat("a document (RTF)", EXPORT)),
    (b"MZ", OtherFormat("a program", "Take it out of the folder.")),
    (b"\x7fELF", OtherFormat("a program", "Take it out of the folder.")),
)
WORDS: tuple[tuple[str, OtherFormat], ...] = (
    (r'\s*"?100"?,"?NEM13"?,', OtherFormat("NEM13 (totals of months)", "Ask for NEM12, which has the intervals.")),
    (
        r"\s*(UNA.{6}\s*)?UNB\+.{0,600}MSCONS",
        OtherFormat("MSCONS (EDIFACT)", "D.04B is, where no mapping is beside or above it; or ask for CSV or Excel."),
    ),
    (r"\s*(UNA.{6}\s*)?UNB\+", OtherFormat("EDIFACT", "Ask the operator for CSV or Excel.")),
    (
        r"\s*<.{0,2000}(ValidatedMeteredData|MeteredData_|DeliveryPoint.{0,200}ebix|[:<]ebIX|urn:ebix|rsm:)",
        OtherFormat("ebIX or SDAT XML", "Ask the operator for CSV or Excel."),
    ),
    (
        r'\s*("?timestamp \(UTC\)"?,)?\s*"?(energy)?Consumption \(m(\xc2?\xb3|\^?3)\)',
        OtherFormat("the file of a gas meter (m³)", "Gas is no electricity: take the file of the electric meter."),
    ),
    (r"\s*(<!doctype\s+html|<html)", OtherFormat("a web page", "Save the file itself, not the page that shows it.")),
    (r"\s*(<\?xml|<[A-Za-z!])", OtherFormat("XML of a kind that is not known", f"Green Button is read. {EXPORT}")),
)
DOCUMENTS = {
    "word/": OtherFormat("a Word document", EXPORT),
    "ppt/": OtherFormat("a PowerPoint document", EXPORT),
    "xl/workbook.bin": OtherFormat("a binary workbook (.xlsb)", "Save it as .xlsx."),
    "content.xml": OtherFormat("an OpenDocument file", "Save it as .xlsx or CSV."),
}
OLD_WORD = ("WordDocument".encode("utf-16-le"), OtherFormat("an old Word document", EXPORT))
NO_TEXT = OtherFormat("of no format that is known, and no text", EXPORT)
LOOKED_AT_BYTES = 4096


def other_format(head: bytes, members: Sequence[str] = ()) -> OtherFormat | None:
    """Name the format of a file that no reader takes; ``None`` where it may be text.

    Args:
        head: its first bytes.
        members: the names of what is in it, where it is a zip file.
    """
    for part, document in DOCUMENTS.items():
        if any(name.startswith(part) for name in members):
            return document
    for mark, known in MARKS:
        if head.startswith(mark):
            return known
    if OLD_WORD[0] in head:
        return OLD_WORD[1]
    text = head[:LOOKED_AT_BYTES].removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    for pattern, known in WORDS:
        if re.match(pattern, text, re.DOTALL | re.IGNORECASE):
            return known
    return None if _may_be_text(head) else NO_TEXT


def _may_be_text(head: bytes) -> bool:
    """Say whether bytes may be text: UTF-16 has a zero beside each sign, other text none."""
    zeros = head.count(0)
    return zeros <= len(head) / 10 or abs(zeros - len(head) / 2) < len(head) / 4
