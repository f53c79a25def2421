"""What a benchmark ran on: the machine, and the versions of what counts."""

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

from wattlake.lake.settings import PROJECT


def machine(cores: int) -> dict[str, str]:
    """The machine by name of its parts; the load tells whether others were using it at the start."""
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores used": f"{cores} of {os.cpu_count()}",
        "memory": f"{memory_bytes / 1e9:.0f} GB",
        "system": f"{platform.freedesktop_os_release().get('PRETTY_NAME', '')}, Linux {platform.release()}",
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def versions(**more: str) -> dict[str, str]:
    """The versions of what runs; others can be added."""
    packages = ("wattlake", "duckdb", "duckdb-extension-ducklake", "polars", "pvlib")
    extensions = {name.removeprefix("duckdb-extension-"): importlib.metadata.version(name) for name in packages}
    return {"commit": _commit(), "Python": platform.python_version(), **extensions, **more}


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit() -> str:
    """The commit of the working tree, with a plus where files differ from it."""
    asked = ["git", "describe", "--always", "--dirty=+"]
    try:
        described = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return described.stdout.strip()
