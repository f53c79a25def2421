"""What a file holds: one content, or the members of a zip file."""

import zipfile
from pathlib import Path, PurePosixPath

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.readers.contents import EMPTY_ZIP, GZIP, LARGEST_RATIO, UNPACKED_BYTES, ZIP, Content

MOST_MEMBERS = 1_000
ONE_DOCUMENT = ("[Content_Types].xml", "mimetype", "META-INF/manifest.xml")
"""Members of the zip files that are one document: of Word, of Excel, of OpenOffice."""


def contents_of(path: Path) -> list[Content]:
    """List the contents of a file: one, or as many as a zip file has members.

    Raises:
        UnreadableFileError: it cannot be read, or has too many members.
    """
    whole = Content(path)
    with whole.opened() as source:
        mark = source.read(4)
        most_bytes = max(UNPACKED_BYTES, LARGEST_RATIO * path.stat().st_size)
    if mark.startswith(GZIP):
        return [Content(path, "gzip", most_bytes=most_bytes)]
    return _members(path, most_bytes) if mark in (ZIP, EMPTY_ZIP) else [whole]


def _members(path: Path, most_bytes: int) -> list[Content]:
    """List the members of a zip file; one that is a document is a content by itself."""
    with Content(path, "zip").faults_told(), zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not _is_passed_over(member)]
        unpacked_bytes = sum(member.file_size for member in archive.infolist())
    names = {member.filename for member in members}
    if len(members) > MOST_MEMBERS:
        raise UnreadableFileError(str(path), f"holds {len(members):,} files; {MOST_MEMBERS:,} are read at most.")
    if unpacked_bytes > most_bytes:
        fault = f"unpacks to more than {LARGEST_RATIO} times its size, as no readings do. Unpack it to land it."
        raise UnreadableFileError(str(path), fault)
    if names & set(ONE_DOCUMENT):
        return [Content(path)]
    if not members:
        raise UnreadableFileError(str(path), "is a zip file that holds no file.")
    return [Content(path, "zip", member.filename, member.file_size) for member in members]


def _is_passed_over(member: zipfile.ZipInfo) -> bool:
    """Say whether a member is a folder or hidden, as what macOS adds to each archive."""
    parts = PurePosixPath(member.filename).parts
    return member.is_dir() or any(part.startswith((".", "__MACOSX")) for part in parts)
