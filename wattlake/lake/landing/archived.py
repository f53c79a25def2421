"""The bytes of a landing, as they came, from an archive."""

from hashlib import sha256

import zstandard

from wattlake.lake.landing.archive_register import Line
from wattlake.lake.landing.packs import read_archived
from wattlake.lake.store.files import Storage


def archived_bytes(archive: Storage, line: Line) -> bytes:
    """Read the unchanged bytes of a landing.

    Args:
        archive: the storage whose folder ``landing`` is the archive.
        line: the landing's line in the archive's register.

    Raises:
        FileNotFoundError: the archive does not have them.
        ValueError: they are not those that were landed.
    """
    try:
        content = zstandard.ZstdDecompressor().decompressobj().decompress(read_archived(archive, line["archive_path"]))
    except zstandard.ZstdError as error:
        raise ValueError(f"it cannot be unpacked: {error}") from error
    if sha256(content).hexdigest() != line["sha256"]:
        raise ValueError("its bytes are not those that were landed")
    return content
