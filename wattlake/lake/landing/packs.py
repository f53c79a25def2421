"""Packs: payloads of the archive that are one file, each with its bytes unchanged.

A pack is a ZIP file that stores its members as they are. It stands in the folder of the files that it took in, and its
members have their names, so that ``unzip`` there brings them back. Its own name is a hash of these names: a pack never
changes, and two of one name hold the same.
"""

import hashlib
import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import NamedTuple
from weakref import WeakKeyDictionary
from zipfile import BadZipFile, ZipFile

import zstandard

from wattlake.lake.store.files import Storage

PREFIX, ENDING = "payloads-", ".zip"
ATTEMPTS = 5
"""So often a pack may be replaced by a larger one while we look into it."""
LOCAL_HEADER = struct.Struct("<26xHH")
"""Of a member: its last two numbers are the lengths of name and extra field, which stand before the bytes."""
EXTRA_BYTES = 64
"""More than the extra field of a member that we write."""


class Member(NamedTuple):
    """Where a payload is: its pack, where its header begins, and the size of its bytes."""

    pack: str
    header_at: int
    size: int


_members: WeakKeyDictionary[Storage, dict[str, Member]] = WeakKeyDictionary()
"""What was found in the packs of the folder that was read last, by path."""


def read_archived(storage: Storage, path: str) -> bytes:
    """Read an archived payload as it was written: compressed, from its own file or a pack.

    Args:
        storage: the lake's, or any whose folder has the archive.
        path: the payload's, as ``ops.landing`` and the archive's register have it.

    Raises:
        FileNotFoundError: the archive does not hold it.
        OSError: it cannot be read.
    """
    members = _members.setdefault(storage, {})
    for _ in range(ATTEMPTS):
        try:
            return storage.read(path)
        except FileNotFoundError:
            if path not in members:
                members.clear()
                members |= members_below(storage, str(PurePath(path).parent))
        try:
            return bytes_of(storage, members[path], path)
        except KeyError:
            break
        except FileNotFoundError:  # Its pack has become part of a larger one.
            members.clear()
    raise FileNotFoundError(f"The archive at {storage.root} does not hold {path}, neither as a file nor in a pack.")


def hash_of_payload(packed: bytes) -> str:
    """Hash the bytes that a payload is of, in hexadecimal.

    Raises:
        zstandard.ZstdError: it is damaged.
    """
    return hashlib.sha256(zstandard.ZstdDecompressor().decompressobj().decompress(packed)).hexdigest()


def is_pack(name: str) -> bool:
    """Say whether a file of the archive is a pack."""
    return PurePath(name).name.startswith(PREFIX) and name.endswith(ENDING)


def members_below(storage: Storage, folder: str) -> dict[str, Member]:
    """List what the packs below a folder hold, by their paths; damaged packs nothing."""
    return members_of(storage, storage.sizes(folder))


def members_of(storage: Storage, names: Mapping[str, int]) -> dict[str, Member]:
    """List what the packs among some files hold, by the paths of the payloads."""
    return {path: member for name in names if is_pack(name) for path, member in _listed(storage, name)}


def payload_sizes(storage: Storage, below: str = "") -> dict[str, int]:
    """Map the lake's files to their sizes in bytes, and the payloads in its packs to theirs."""
    sizes = storage.sizes(below)
    return {path: member.size for path, member in members_of(storage, sizes).items()} | sizes


def files_with(storage: Storage, paths: Sequence[str]) -> list[str]:
    """List the files that hold some payloads: their own or packs; of lost ones their own."""
    there = storage.sizes("landing")
    members = members_of(storage, there)
    return list(dict.fromkeys(members[path].pack if path in members and path not in there else path for path in paths))


def _listed(storage: Storage, pack: str) -> Iterator[tuple[str, Member]]:
    """List the members of a pack; none where it is damaged or has just been replaced."""
    try:
        with storage.reading(pack) as file, ZipFile(file) as members:
            listed = members.infolist()
    except (FileNotFoundError, BadZipFile):
        return
    folder = pack.rpartition("/")[0]
    for member in listed:
        yield f"{folder}/{member.filename}", Member(pack, member.header_offset, member.compress_size)


def bytes_of(storage: Storage, member: Member, path: str) -> bytes:
    """Read a member in one request."""
    most = LOCAL_HEADER.size + len(PurePath(path).name.encode()) + EXTRA_BYTES + member.size
    stretch = storage.read(member.pack, member.header_at, member.header_at + most)
    if len(stretch) < LOCAL_HEADER.size:
        raise OSError(f"{member.pack} is cut: it ends before {path}.")
    begin = LOCAL_HEADER.size + sum(LOCAL_HEADER.unpack_from(stretch))
    return stretch[begin : begin + member.size]
