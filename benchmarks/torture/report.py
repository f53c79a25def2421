"""The table of ``make torture`` in Markdown, and its numbers as JSON."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from benchmarks.machine import machine, versions
from benchmarks.torture.trials import Trial

HEAD = """# What it survives

Made by `make torture`; nothing here is typed. The trials stand in `benchmarks/torture/`, the numbers also in
`benchmarks/results/torture.json`. A kill is a `kill -9` of a process that lands, builds or keeps house. After each one
the lake is opened and asked whether it keeps its promises, the work is done again, and every table in which it may have
changed something is compared, by a hash of its rows, with that of a lake which nobody disturbed.
"""


def write_report(trials: Sequence[Trial], made_at: datetime, seconds: float, results: Path, report: Path) -> None:
    """Write the numbers, then the table."""
    found = {
        "made_at_utc": f"{made_at:%Y-%m-%d %H:%M}",
        "seconds": round(seconds),
        "machine": machine(os.cpu_count() or 1),
        "versions": versions(),
        "trials": [asdict(trial) for trial in trials],
    }
    for path in (results, report):
        path.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    report.write_text("\n".join(_lines(found, trials)), encoding="utf-8")


def _lines(found: dict[str, object], trials: Sequence[Trial]) -> Iterator[str]:
    yield HEAD
    said = [f"{name} {value}" for part in ("machine", "versions") for name, value in dict(found[part]).items()]  # type: ignore[call-overload]
    yield f"{found['made_at_utc']} UTC, {found['seconds']:,} seconds in all; {', '.join(said)}.\n"
    yield "| trial | catalog | count | seconds | failures |"
    yield "| --- | --- | ---: | ---: | ---: |"
    for trial in trials:
        counted = f"{trial.count:,} {trial.unit}"
        yield f"| {trial.name} | {trial.on} | {counted} | {trial.seconds:,.0f} | {len(trial.failures)} |"
    yield ""
    yield from _kills(trials)
    failures = [f"- {trial.on}: {failure}" for trial in trials for failure in trial.failures]
    yield from ["## Failures\n", *failures, ""] if failures else []


def _kills(trials: Sequence[Trial]) -> Iterator[str]:
    """Where the kills came, by catalog."""
    killed = [trial for trial in trials if trial.unit == "kills"]
    if not killed:
        return
    yield "## Where the kills came\n"
    yield f"| point | {' | '.join(trial.on for trial in killed)} |"
    yield f"| --- |{' ---: |' * len(killed)}"
    for name in sorted({name for trial in killed for name in trial.details}):
        yield f"| {name} | {' | '.join(str(trial.details.get(name, 0)) for trial in killed)} |"
    yield ""
