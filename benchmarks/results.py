"""Results: what a part of the benchmark found, kept as JSON so that a later part's failure loses nothing."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Rows of a result as they are shown; the first column is text."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Target:
    """What was promised, and what came of it.

    Attributes:
        name: of what.
        value: what was measured.
        unit: ``×``, ``s``, ``GB`` or ``%``.
        limit: what was promised.
        aim: what was hoped for beyond that.
        at_least: whether more is better.
    """

    name: str
    value: float
    unit: str
    limit: float
    aim: float | None = None
    at_least: bool = False

    def __str__(self) -> str:
        """What was measured, what was promised, and whether that holds, in a line."""
        verdict = "met" if self.is_met else "not met"
        return f"{self.name}: {self.value:,.1f} {self.unit}, must be {self.limit:g}: {verdict}"

    @property
    def is_met(self) -> bool:
        """Whether the promise holds."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass
class Result:
    """What one part of the benchmark found.

    Attributes:
        part: ``london``, ``peer`` or ``growth``.
        scale: its size; 1 is that of the real London set.
        made_at_utc: when it began, as it is shown.
        machine: what it ran on, by name.
        versions: of what it ran, by name.
        notes: sentences on what was done, and how.
        targets: what was promised.
        tables: what was measured.
    """

    part: str
    scale: float
    made_at_utc: str
    machine: dict[str, str]
    versions: dict[str, str]
    notes: list[str] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def write(self, folder: Path) -> Path:
        """Write it to ``<folder>/<part>.json``; says where."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.part}.json"
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return path


def read_result(path: Path) -> Result:
    """A result as it was written."""
    written = json.loads(path.read_text(encoding="utf-8"))
    written["targets"] = [Target(**target) for target in written["targets"]]
    written["tables"] = [Table(**table) for table in written["tables"]]
    return Result(**written)
