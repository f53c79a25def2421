"""Join the files of the archive's register, so that a source of many landings has few.

The joined file is written before its parts go. Until they do, each of their landings stands in two files, with the same
line.
"""

import zstandard

from wattlake.lake.landing.archive_register import folder, path_of, published, read_lines, write_lines
from wattlake.lake.store.files import Storage

JOINED_BYTES = 1024**2
"""A file of this size (some ten thousand landings) is left as it is."""


def join_published(storage: Storage, source: str) -> int:
    """Join small neighbours among the files of a source's register; count the files that went."""
    sizes = storage.sizes(folder(source))
    small = {name: ends for name, ends in published(list(sizes)).items() if sizes[name] < JOINED_BYTES}
    gone = 0
    for names in _neighbours(small):
        first, last = small[names[0]][0], max(small[name][1] for name in names)
        joined = path_of(source, first, last)
        try:
            lines = {line["landing_id"]: line for name in names for line in read_lines(storage, name)}
        except (zstandard.ZstdError, ValueError, KeyError, TypeError):
            continue  # `wattlake verify` tells of it, and `wattlake repair` writes it anew.
        if set(lines) == set(range(first, last + 1)):
            write_lines(storage, joined, [lines[number] for number in sorted(lines)])
            for name in [name for name in names if name != joined]:
                storage.remove(name)
                gone += 1
    return gone


def _neighbours(ends: dict[str, tuple[int, int]]) -> list[list[str]]:
    """Group files whose landings follow each other without a gap, two and more."""
    groups: list[list[str]] = []
    last = 0
    for name in sorted(ends, key=lambda name: ends[name]):
        if groups and ends[name][0] <= last + 1:
            groups[-1].append(name)
            last = max(last, ends[name][1])
        else:
            groups.append([name])
            last = ends[name][1]
    return [group for group in groups if len(group) > 1]
