"""This machine and the lake's catalog: what is free, and how large they are."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from wattlake.lake.settings import Settings


def free_disk(settings: Settings) -> tuple[int, int] | None:
    """Read how many bytes are free, and how many there are, on the disk of the lake's folder."""
    folder = Path(settings.local_folder).absolute()
    with suppress(OSError):
        usage = shutil.disk_usage(next(parent for parent in (folder, *folder.parents) if parent.exists()))
        return usage.free, usage.total
    return None


def free_memory() -> tuple[int, int] | None:
    """Read how many bytes of memory are free, caches of files included, and how many there are."""
    sizes: dict[str, int] = {}
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines():
            name, size = line.split(":")
            sizes[name] = 1024 * int(size.split()[0])
    if "MemAvailable" in sizes:
        return sizes["MemAvailable"], sizes["MemTotal"]
    with suppress(OSError, ValueError, AttributeError):
        page = os.sysconf("SC_PAGE_SIZE")
        return page * os.sysconf("SC_AVPHYS_PAGES"), page * os.sysconf("SC_PHYS_PAGES")
    return None


def catalog_bytes(settings: Settings) -> int | None:
    """Read how large the catalog's files are; None where it is a database."""
    if settings.is_postgres or not settings.catalog_file.exists():
        return None
    files = (settings.catalog_file, Path(f"{settings.catalog_file}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def size(number: float | None) -> str:
    """Write a number of bytes in MB or GB; a dash where it is not known."""
    if number is None:
        return "–"
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.1f} MB"
