"""The table of ``make torture`` in Markdown, and its numbers as JSON."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import machine, versions
from benchmarks.torture.trials import Trial

Kept = dict[str, Any]
"""A trial as it is written: its fields, when it began, and the commit it tried."""

HEAD = """# What it survives

Made by `make torture`; nothing here is typed. The trials stand in `benchmarks/torture/`, the numbers also in
`benchmarks/results/torture.json`. A kill is a `kill -9` of a process that lands, builds or keeps house. After each
one the lake is opened and asked whether it keeps its promises, the work is done again, and every table in which it
may have changed something is compared, by a hash of its rows, with that of a lake which nobody disturbed. Of a
stream, its consumer is killed, or at a point of the consumer its broker or the database of the catalog, which is then
started again; after each kill the rows must be those that the stored offsets say, each once, and after every tenth
all windows those that are reckoned from the messages sent. A broker that is killed has written what it acknowledged,
and so has the database (`synchronous_commit = on`). The machine is that of the newest trial.
"""

LOSSES = """A lake is backed up, one more file is landed, built and settled, and then something is lost. The lake is
restored to where it was; the seconds are those until it can be read (RTO). Every table, those of `ops` included, then
has the hash it had when the backup was taken: what came later is lost with the lake (RPO: the last backup), and once
its file is landed, built and settled again, every table is as it was before the loss. Without a backup, from the
archive alone, everything is landed, built and settled again: all tables are as they were, bills included, but for those
of `ops` and the ledger's own, which has each slot booked once and no longer its corrections. The lake is a small one;
`python -m benchmarks backup` measures backups and restores of a larger one.
"""


def keep(trial: Trial, began_at: datetime, results: Path) -> None:
    """Write a trial's numbers, in place of those it gave before; the others stay, with the time they were made at."""
    of_this = asdict(trial) | {"began_at_utc": f"{began_at:%Y-%m-%d %H:%M}", "commit": versions()["commit"]}
    kept = [other for other in _kept(results) if (other["name"], other["on"]) != (trial.name, trial.on)]
    content = {"machine": machine(os.cpu_count() or 1), "versions": versions(), "trials": [*kept, of_this]}
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_report(results: Path, report: Path) -> None:
    """Write the table of all trials whose numbers are there."""
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("\n".join(_lines(json.loads(results.read_text(encoding="utf-8")))), encoding="utf-8")


def _kept(results: Path) -> list[Kept]:
    """The trials that are written already."""
    return json.loads(results.read_text(encoding="utf-8"))["trials"] if results.exists() else []


def _lines(content: dict[str, Any]) -> Iterator[str]:
    yield HEAD
    facts = [f"{name} {value}" for part in ("machine", "versions") for name, value in content[part].items()]
    yield f"{', '.join(facts)}.\n"
    yield "| trial | catalog | count | failures | seconds | begun (UTC) | commit |"
    yield "| --- | --- | ---: | ---: | ---: | --- | --- |"
    for trial in content["trials"]:
        counted = f"{trial['count']:,} {trial['unit']} | {len(trial['failures'])} | {trial['seconds']:,.0f}"
        yield f"| {trial['name']} | {trial['on']} | {counted} | {trial['began_at_utc']} | {trial['commit']} |"
    yield ""
    yield from _by_detail(content["trials"], "kills", "Where the kills came", "point")
    yield from _by_detail(
        content["trials"], "damages", "What was damaged, found, and repaired or named as lost", "file"
    )
    yield from _losses(content["trials"])
    failures = [f"- {trial['on']}: {failure}" for trial in content["trials"] for failure in trial["failures"]]
    yield from ["## Failures\n", *failures, ""] if failures else []


def _by_detail(trials: Sequence[Kept], unit: str, title: str, of: str) -> Iterator[str]:
    """How many of a trial came of each kind, by catalog."""
    counted = [trial for trial in trials if trial["unit"] == unit]
    if not counted:
        return
    yield f"## {title}\n"
    yield f"| {of} | {' | '.join(trial['on'] for trial in counted)} |"
    yield f"| --- |{' ---: |' * len(counted)}"
    for name in sorted({name for trial in counted for name in trial["details"]}):
        yield f"| {name} | {' | '.join(str(trial['details'].get(name, 0)) for trial in counted)} |"
    yield ""


def _losses(trials: Sequence[Kept]) -> Iterator[str]:
    """How long it took to have back what was lost, by catalog."""
    drills = [trial for trial in trials if trial["unit"] == "losses"]
    if not drills:
        return
    yield "## Lost, and had back\n"
    yield LOSSES
    yield f"| lost | {' | '.join(trial['on'] for trial in drills)} |"
    yield f"| --- |{' ---: |' * len(drills)}"
    for name in dict.fromkeys(name for trial in drills for name in trial["details"]):
        seconds = (f"{trial['details'][name] / 1000:.1f} s" for trial in drills)
        yield f"| {name} | {' | '.join(seconds)} |"
    yield ""
