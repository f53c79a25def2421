"""Damage trials: a file of a lake is deleted, cut or changed; it must be detected, and repaired or named as lost."""

import random
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from pathlib import Path
from time import perf_counter

from benchmarks.torture.promises import LAYERS, content
from benchmarks.torture.trials import Trial
from benchmarks.torture.works import WORKS
from harness.lake_steps import LAYOUTS, NOW, read_rows, select
from harness.short_calendar import calendar_of_one_year
from wattlake.lake import model_registry
from wattlake.lake.build.run import build
from wattlake.lake.contracts import columns
from wattlake.lake.landing.register_files import RegisterFile
from wattlake.lake.landing.relanding import refill
from wattlake.lake.maintenance.repair import comes_back, forget_damaged
from wattlake.lake.maintenance.verification import Fault, NamedFile, named_files, verify
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.table_files import TableFile
from wattlake.tasks.producers import producers

DAMAGES = ("deleted", "truncated", "64 bytes flipped")
FLIPPED = 64
AT_ONCE = 5
"""Files that are damaged before each repair: of as many kinds."""
PASSES = 2
"""What a damaged register names can be looked for only once the register is back."""
REGISTERED = {"ops.landing": "an archived payload", "ops.model": "a model"}


def damages(new_lake: Callable[[], Settings], on: str, folder: Path, count: int, seed: int) -> Trial:
    """Lead a lake through its life, then damage files of several kinds at once, again and again.

    Args:
        new_lake: makes the settings of a lake that is not there yet, or has led its life.
        on: where it is, for people.
        folder: for files to land.
        count: how many files to damage, of each kind as often as of any other.
        seed: the same seed chooses the same files and bytes.
    """
    started, chance = perf_counter(), random.Random(f"{on} {seed}")
    lake = Lake(new_lake())
    for work in () if lake.exists() else WORKS:
        work.do(lake, folder / f"damage-{on}")
    _store_model(lake)
    expected, failures, details = content(lake, LAYERS), [], Counter[str]()
    for round_number in range(-(-count // AT_ONCE)):
        lake.hash_files()  # On Blob this is housekeeping's work.
        kinds, victims = _kinds(lake), {}
        for number in range(round_number * AT_ONCE, min((round_number + 1) * AT_ONCE, count)):
            kind = sorted(kinds)[number % len(kinds)]
            how = DAMAGES[(number + number // len(kinds)) % len(DAMAGES)]
            victims[chance.choice(kinds[kind])] = how
            details[f"{kind}, {how}"] += 1
        failures += [f"round {round_number}: {sentence}" for sentence in _round(lake, victims, chance, expected)]
    lake.close()
    return Trial("a file damaged, detected, and repaired or named as lost", on, count, "damages",
                 perf_counter() - started, failures, dict(details))  # fmt: skip


def _store_model(lake: Lake) -> None:
    """Store a model's file with its row: the life trains none."""
    path, sha256 = model_registry.store(Storage(lake.settings), "consumption", "a model")
    values: dict[str, object] = dict.fromkeys(columns(model_registry.TABLE)) | {
        "target": "consumption", "forecaster": "load", "status": "refused", "artifact_path": path, "sha256": sha256,
    }  # fmt: skip
    lake.write(partial(model_registry.add, row=values))


def _kinds(lake: Lake) -> dict[str, list[NamedFile]]:
    """The files of a lake by kind: the layer of those with rows, deletes, payloads, and what only the past needs."""
    kinds: dict[str, list[NamedFile]] = {}
    storage = Storage(lake.settings)
    for file in named_files(storage, lake.reader(), storage.names())[0]:
        if isinstance(file, RegisterFile):
            continue  # It and `ops.landing` are made anew from each other: nothing is left where a round takes both.
        kind = file.table.partition(".")[0] if isinstance(file, TableFile) else REGISTERED[file.table]
        if isinstance(file, TableFile) and file.end_snapshot is not None:
            kind = "a file that the past needs"
        elif isinstance(file, TableFile) and file.rows is None:
            kind = "deletes"
        kinds.setdefault(kind, []).append(file)
    return kinds


def _round(
    lake: Lake, victims: Mapping[NamedFile, str], chance: random.Random, expected: Mapping[str, str]
) -> Iterator[str]:
    """Damage some files and repair the lake; gives what is not as it should be."""
    storage = Storage(lake.settings)
    whole = {file.path: storage.read(file.path) for file in victims}
    for file, how in victims.items():
        _damage(storage, file.path, whole[file.path], how, chance)
    named, is_forgotten = set(), False
    for _ in range(PASSES):
        faults = [fault for step in verify(lake, deep=True) for fault in step.faults]
        named |= {fault.file.path for fault in faults if fault.file}
        repaired = forget_damaged(lake, faults)
        is_forgotten |= repaired.is_forgotten
        for lost in repaired.lost:
            yield from _wrongly_lost(lost, whole)
            if lost.file is not None and lost.file.path in whole:
                storage.write(lost.file.path, whole[lost.file.path])  # As from a backup.
    yield from (f"{path} was not detected" for path in whole.keys() - named)
    for (source,) in select(lake, "select distinct source from ops.landing"):
        for step in refill(lake, source, LAYOUTS.get(source, ()), read_rows):
            yield from step.faults
    if is_forgotten:
        with calendar_of_one_year():
            list(build(lake, producers(), "repair", NOW))
    damaged = ", ".join(f"{file.path} {how}" for file, how in victims.items())
    differing = [table for table, its_hash in content(lake, LAYERS).items() if its_hash != expected[table]]
    if differing:
        yield f"{', '.join(differing)} differ after the repair of {damaged}"
    if [fault for step in verify(lake, deep=True) for fault in step.faults]:
        yield f"still damaged after the repair of {damaged}"


def _wrongly_lost(lost: Fault, damaged: Container[str]) -> Iterator[str]:
    if lost.file is None:
        return  # A register that cannot be read: its own file is named beside.
    if lost.file.path not in damaged:
        yield f"lost, but never damaged: {lost}"
    elif isinstance(lost.file, TableFile) and comes_back(lost.file.table):
        yield f"{lost.file.path} was lost, but can be made anew"


def _damage(storage: Storage, path: str, whole: bytes, how: str, chance: random.Random) -> None:
    storage.remove(path)
    changed = bytearray(whole)
    for position in chance.sample(range(len(whole)), min(FLIPPED, len(whole))):
        changed[position] ^= chance.randrange(1, 256)
    if how != "deleted":
        storage.write(path, whole[: len(whole) // 2] if how == "truncated" else bytes(changed))
