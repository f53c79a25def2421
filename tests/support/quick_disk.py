"""Temporary folders in memory, where there is enough of it: a small lake waits for a disk half of the time it takes."""

import os
import re
import shutil
import tempfile
from pathlib import Path

IN_MEMORY = Path("/dev/shm")
FREE_BYTES = 6 * 1024**3
"""More than a run of all tests holds at any time, where what a test that passed has written goes at once."""


def use_memory(folder: Path = IN_MEMORY, free_bytes: int = FREE_BYTES) -> bool:
    """Have this process and those that it starts make their temporary folders in memory; says whether they do.

    They stay on the disk where ``TMPDIR`` names a place, where the system has no such folder, or too little is free.
    """
    if "TMPDIR" in os.environ or not _has_room(folder, free_bytes):
        return False
    own_folder = folder / f"wattlake-tests-{os.getuid()}"
    own_folder.mkdir(exist_ok=True)
    # PostgreSQL, which never runs as root, must get through; pytest's own folder below it stays its user's alone.
    own_folder.chmod(0o711)
    os.environ["TMPDIR"] = tempfile.tempdir = str(own_folder)
    return True


def _has_room(folder: Path, free_bytes: int) -> bool:
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return False
    available = re.search(r"^MemAvailable: +(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return available is not None and min(shutil.disk_usage(folder).free, 1024 * int(available[1])) >= free_bytes
