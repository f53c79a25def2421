"""Packing: many small payloads of a day become few files, and no byte of any is changed.

A pack is written whole under its own name, and looked into, before the files that it took in go. So a kill at any
moment leaves each payload in a file or in a pack, or in both, which the next packing puts right.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import PurePath
from zipfile import ZipFile, ZipInfo

import zstandard

from wattlake.lake.landing.packs import (
    ENDING,
    PREFIX,
    Member,
    bytes_of,
    hash_of_payload,
    is_pack,
    members_of,
    read_archived,
)
from wattlake.lake.sql import literal
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

PACK_BYTES = 64 * 1024**2
"""A pack of this size is left as it is: smaller ones are written anew with what came since."""
PAYLOAD_BYTES = 8 * 1024**2
"""Larger payloads stay files of their own: they are few, and what is written anew stays small."""


def pack_landings(lake: Lake, source: str) -> int:
    """Pack the payloads of a source's committed landings, day by day; count those that went in.

    Payloads that are not what their name says stay where they are, for `wattlake verify` to tell.

    Args:
        lake: the lake.
        source: the source.
    """
    storage = Storage(lake.settings)
    sizes = {name: size for name, size in storage.sizes(f"landing/{source}").items() if "/register/" not in name}
    single = [name for name, size in sizes.items() if not is_pack(name) and size <= PAYLOAD_BYTES]
    packed = 0
    for folder, names in groupby(sorted(_landed(lake, source, single)), key=_folder):
        packs = {name: size for name, size in sizes.items() if is_pack(name) and _folder(name) == folder}
        packed += _pack_folder(storage, folder, {name: sizes[name] for name in names}, packs)
    return packed


def _landed(lake: Lake, source: str, names: Sequence[str]) -> list[str]:
    """List those of some files that committed landings name."""
    if not names:
        return []
    listed = ", ".join(map(literal, names))
    first_day = min(PurePath(name).parent.name for name in names)
    landed = lake.reader().execute(
        f"select distinct archive_path from ops.landing where source = {literal(source)} "
        f"and fetched_at_utc >= timestamp {literal(first_day)} and archive_path in ({listed})"
    )
    return [path for (path,) in landed.fetchall()]


def _pack_folder(storage: Storage, folder: str, single: dict[str, int], packs: Mapping[str, int]) -> int:
    """Pack some files of a folder, together with its packs that are not full; count these files."""
    there = members_of(storage, packs)
    for path in [path for path in single if path in there]:
        del single[path]  # A kill came before it was removed; where its bytes are others, `verify` shall tell.
        _remove_double(storage, path, there[path])
    whole = {path: size for path, size in single.items() if _is_whole(storage, path)}
    open_packs = [name for name, size in packs.items() if size < PACK_BYTES]
    reopened = {path: member.size for path, member in there.items() if member.pack in open_packs}
    if not whole or len(whole) + len(open_packs) < 2:
        return 0
    written = [_write_pack(storage, folder, paths) for paths in _of_bounded_size(reopened | whole)]
    for name in [*open_packs, *whole]:
        if name not in written:
            storage.remove(name)
    return len(whole)


def _write_pack(storage: Storage, folder: str, paths: Sequence[str]) -> str:
    """Write a pack and look into it; give its name.

    Raises:
        OSError: it does not hold what was written; nothing was removed.
    """
    names = [PurePath(path).name for path in paths]
    of_names = hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()
    pack, sizes = f"{folder}/{PREFIX}{of_names[:32]}{ENDING}", {}
    with storage.writing(pack) as file, ZipFile(file, "w") as members:
        for path, name in zip(paths, names, strict=True):
            content = read_archived(storage, path)
            sizes[path] = len(content)
            members.writestr(ZipInfo(name), content)
    if sizes != {path: member.size for path, member in members_of(storage, {pack: 0}).items()}:
        raise OSError(f"{pack} does not hold what was written to it. Check the disk; nothing was removed.")
    return pack


def _of_bounded_size(sizes: Mapping[str, int]) -> Iterator[list[str]]:
    """Group paths, in their order, to packs; all but the last reach the size of a full one."""
    paths: list[str] = []
    of_paths = 0
    for path, size in sizes.items():
        paths.append(path)
        of_paths += size
        if of_paths >= PACK_BYTES:
            yield paths
            paths, of_paths = [], 0
    if paths:
        yield paths


def _is_whole(storage: Storage, path: str) -> bool:
    """Say whether a payload's bytes, unpacked, are those that its name is the hash of."""
    try:
        return hash_of_payload(storage.read(path)) == PurePath(path).name.partition(".")[0]
    except (OSError, zstandard.ZstdError):
        return False


def _remove_double(storage: Storage, path: str, member: Member) -> None:
    """Remove a file whose bytes a pack holds, too."""
    if bytes_of(storage, member, path) == storage.read(path):
        storage.remove(path)


def _folder(name: str) -> str:
    return str(PurePath(name).parent)
