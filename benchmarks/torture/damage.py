"""Damage trials: a file of a lake is deleted, cut or changed; it must be detected, and repaired or named as lost."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter

from benchmarks.torture.promises import LAYERS, content
from benchmarks.torture.trials import Trial
from benchmarks.torture.works import BUILD, WORKS
from lake import registry
from lake.catalog import Lake
from lake.contracts import columns
from lake.maintenance.repair import comes_back, forget_damaged
from lake.maintenance.verification import Fault, NamedFile, named_files, verify
from lake.relanding import refill
from lake.settings import Settings
from lake.storage import Storage
from lake.table_files import TableFile
from tests.lake_steps import LAYOUTS, read_rows, select

DAMAGES = ("deleted", "truncated", "64 bytes flipped")
FLIPPED = 64
REGISTERED = {"ops.landing": "an archived payload", "ops.model": "a model"}


def damages(new_lake: Callable[[], Settings], on: str, folder: Path, count: int, seed: int) -> Trial:
    """Lead a lake through its life, then damage one file after another, of each kind as often as of any other.

    Args:
        new_lake: makes the settings of a lake.
        on: where it is, for people.
        folder: for files to land.
        count: how many files to damage.
        seed: the same seed chooses the same files and bytes.
    """
    started, chance = perf_counter(), random.Random(f"{on} {seed}")
    lake = Lake(new_lake())
    for work in WORKS:
        work.do(lake, folder / f"damage-{on}")
    _store_model(lake)
    expected, failures, details = content(lake, LAYERS), [], Counter[str]()
    for number in range(count):
        lake.hash_files()  # On Blob this is housekeeping's work.
        kinds = _kinds(lake)
        kind = sorted(kinds)[number % len(kinds)]
        file, how = chance.choice(kinds[kind]), DAMAGES[number // len(kinds) % len(DAMAGES)]
        failures += [f"{kind} {how}: {sentence}" for sentence in _trial(lake, file, how, chance, expected)]
        details[f"{kind}, {how}"] += 1
    lake.close()
    return Trial("a file damaged, detected, and repaired or named as lost", on, count, "damages",
                 perf_counter() - started, failures, dict(details))  # fmt: skip


def _store_model(lake: Lake) -> None:
    """Store a model's file with its row: the life trains none."""
    path, sha256 = registry.store(Storage(lake.settings), "consumption", "a model")
    values: dict[str, object] = dict.fromkeys(columns(registry.TABLE)) | {
        "target": "consumption", "forecaster": "load", "status": "refused", "artifact_path": path, "sha256": sha256,
    }  # fmt: skip
    lake.write(partial(registry.add, row=values))


def _kinds(lake: Lake) -> dict[str, list[NamedFile]]:
    """The files of a lake by kind: the layer of those with rows, deletes, payloads, and what only the past needs."""
    kinds: dict[str, list[NamedFile]] = {}
    for file in named_files(lake.reader())[0]:
        kind = file.table.partition(".")[0] if isinstance(file, TableFile) else REGISTERED[file.table]
        if isinstance(file, TableFile) and file.end_snapshot is not None:
            kind = "a file that the past needs"
        elif isinstance(file, TableFile) and file.rows is None:
            kind = "deletes"
        kinds.setdefault(kind, []).append(file)
    return kinds


def _trial(lake: Lake, file: NamedFile, how: str, chance: random.Random, expected: dict[str, str]) -> Iterator[str]:
    """Damage a file and repair the lake; gives what is not as it should be."""
    storage = Storage(lake.settings)
    whole = storage.read(file.path)
    _damage(storage, file.path, whole, how, chance)
    faults = [fault for step in verify(lake, deep=True) for fault in step.faults]
    if file.path not in {fault.file.path for fault in faults if fault.file}:
        yield f"{file.path} was not detected"
    repaired = forget_damaged(lake, faults)
    for (source,) in select(lake, "select distinct source from ops.landing"):
        for step in refill(lake, source, LAYOUTS.get(source, ()), read_rows):
            yield from step.faults
    if repaired.is_forgotten:
        BUILD.do(lake, Path(lake.settings.data))
    if repaired.lost:
        yield from _wrongly_lost(file, repaired.lost)
        storage.write(file.path, whole)
    differing = [table for table, its_hash in content(lake, LAYERS).items() if its_hash != expected[table]]
    if differing:
        yield f"{', '.join(differing)} differ after the repair of {file.path}"
    if [fault for step in verify(lake, deep=True) for fault in step.faults]:
        yield f"{file.path} is still damaged after the repair"


def _wrongly_lost(file: NamedFile, lost: tuple[Fault, ...]) -> Iterator[str]:
    for fault in lost:
        if fault.file is None or fault.file.path != file.path:
            yield f"lost, but never damaged: {fault}"
    if isinstance(file, TableFile) and comes_back(file.table):
        yield f"{file.path} was lost, but can be made anew"


def _damage(storage: Storage, path: str, whole: bytes, how: str, chance: random.Random) -> None:
    storage.remove(path)
    changed = bytearray(whole)
    for position in chance.sample(range(len(whole)), min(FLIPPED, len(whole))):
        changed[position] ^= chance.randrange(1, 256)
    if how != "deleted":
        storage.write(path, whole[: len(whole) // 2] if how == "truncated" else bytes(changed))
