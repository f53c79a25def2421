"""The trials that are tests of the lake, run at full length: random histories, and every case with every other."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from time import perf_counter

from benchmarks.torture.trials import Trial
from wattlake.lake.settings import PROJECT

CROSSED = (
    *(f"tests/sql/test_{name}.py" for name in ("clocks", "energy_slots")),
    *(f"tests/lake/build/test_{name}.py" for name in ("overlaps", "run", "silver")),
    *(f"tests/lake/landing/test_{name}.py" for name in ("relanding", "fuzz_landed_answers", "fuzz_meter_files")),
    *(f"tests/lake/maintenance/test_{name}.py" for name in ("backup", "housekeeping", "repair")),
    *(f"tests/lake/mapping/test_mapped_{name}.py" for name in ("dialects", "readings")),
    *("tests/lake/store/test_many_hands.py", "tests/lake/market/test_mechanisms.py"),
    *("tests/lake/streaming/test_following.py", "tests/lake/landing/readers/test_fuzz_layouts.py"),
    "tests/real/test_london_year.py",
)
"""The tests that ask ``tests/support/full.py`` how many of their cases to try."""


def random_histories(histories: int, seed: int) -> Trial:
    """The property test of the build on random histories: an incremental build equals a full one."""
    name = "random histories: built step by step = built whole"
    return _of_histories("tests/lake/build/test_histories.py", name, histories, seed)


def ledger_histories(histories: int, seed: int) -> Trial:
    """The property test of the ledger on random histories: at every time it is a fresh settlement of what was known."""
    name = "ledger histories: booked step by step = settled anew from what had been fetched by each time"
    return _of_histories("tests/lake/market/test_ledger_histories.py", name, histories, seed)


def every_case() -> Trial:
    """The tests that cross their cases with one another, of which the suite tries a choice."""
    passed, failures, seconds = _tested(CROSSED, {"WATTLAKE_TORTURE_FULL": "1"})
    name = "every time zone with every length of slots; every kind of lake built, kept house in, repaired, relanded"
    return Trial(name, "both", passed, "tests", seconds, failures)


def _of_histories(tests: str, name: str, histories: int, seed: int) -> Trial:
    chosen = {"WATTLAKE_TORTURE_HISTORIES": str(histories), "WATTLAKE_TORTURE_SEED": str(seed)}
    _, failures, seconds = _tested([tests], chosen)
    return Trial(name, "SQLite", histories, "histories", seconds, failures)


def _tested(files: Sequence[str], chosen: dict[str, str]) -> tuple[int, list[str], float]:
    """How many tests passed under these settings, which failed, and the seconds they took."""
    started = perf_counter()
    command = [sys.executable, "-m", "pytest", *files, "-q", "-n", "auto"]
    ended = subprocess.run(command, cwd=PROJECT, env=os.environ | chosen, capture_output=True, text=True, check=False)
    failures = re.findall(r"^(?:FAILED|ERROR) .*", ended.stdout, re.MULTILINE)
    if ended.returncode and not failures:
        failures = [f"pytest ended with {ended.returncode}: {ended.stdout[-500:]}"]
    passed = re.findall(r"(\d+) passed", ended.stdout)
    return int(passed[-1]) if passed else 0, failures, perf_counter() - started
