"""A folder of files: their kinds, a proposal for each, and where its mapping may stand."""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from wattlake.app.mapping_proposal.guessed import Given
from wattlake.app.mapping_proposal.head import read_head
from wattlake.app.mapping_proposal.layouts import known_layout
from wattlake.app.mapping_proposal.proposal import read_proposal, read_whole
from wattlake.app.mapping_proposal.whole_file import WholeFile
from wattlake.app.render import say, show_table
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.store.rows import Rows

MAPPING = "mapping.toml"
COLUMNS = ("kind", "files", "example", "read by", "meters", "readings", "kwh", "message")


@dataclass(frozen=True)
class Kind:
    """Files of one layout.

    Attributes:
        files: of this kind, in order.
        read_by: the built-in layout, ``mapping`` for a proposal, or nothing where there is none.
        proposal: the mapping's TOML; empty where none is needed or can be made.
        meters: how many meters the first file holds.
        readings: how many of its readings are kept.
        kwh: their energy.
        fault: why there is no proposal.
    """

    files: list[Path]
    read_by: str = ""
    proposal: str = ""
    meters: int = 0
    readings: int = 0
    kwh: object = None
    fault: str = ""

    @property
    def row(self) -> tuple[object, ...]:
        """Give what the table of kinds shows of it; ``None`` for what it has not."""
        return tuple(value or None for value in (self.read_by, self.meters, self.readings, self.kwh, self.fault))

    @property
    def folder(self) -> Path:
        """Give the folder that all its files are in or below."""
        return Path(os.path.commonpath([file.parent for file in self.files]))


def map_folder(folder: Path, given: Given, out: Path | None) -> None:
    """Show each kind of file in a folder; write mappings of those with a folder of their own.

    Raises:
        ValueError: there is no file in it.
    """
    files = [file for file in sorted(folder.rglob("*")) if _is_wanted(file, folder)]
    if not files:
        raise ValueError(f"The folder {folder} holds no file. Name a folder of meter files.")
    kinds = [_kind(some, given) for some in _by_layout(files).values()]
    rows = [
        (number, len(kind.files), str(kind.files[0].relative_to(folder)), *kind.row)
        for number, kind in enumerate(kinds, 1)
    ]
    show_table(f"Kinds of files in {folder}; meters, readings and kWh are of each example", Rows(COLUMNS, rows))
    for number, kind in enumerate(kinds, 1) if out else ():
        if kind.proposal and out:
            _write(number, kind, kinds, out / kind.folder.relative_to(folder) / MAPPING)


def _is_wanted(file: Path, folder: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    return file.is_file() and not is_hidden and file.suffix != ".toml" and not file.is_symlink()


def _by_layout(files: list[Path]) -> dict[object, list[Path]]:
    """Sort files by layout: built in, by their columns' names, or by their ending."""
    kinds: dict[object, list[Path]] = defaultdict(list)
    for file in files:
        try:
            layout = known_layout(file)
            kinds[layout.sentence.removeprefix(file.name) if layout else tuple(read_head(file).names)].append(file)
        except ValueError:
            kinds[file.suffix.lower()].append(file)
    return kinds


def _kind(files: list[Path], given: Given) -> Kind:
    """Propose a mapping for files of one layout, from the largest of them."""
    largest = max(files, key=lambda file: file.stat().st_size)
    layout = known_layout(largest)
    if layout and not layout.mapping:
        return Kind(files, "its layout")
    try:
        proposal, whole = _read(largest, given, layout and layout.mapping)
    except ValueError as error:
        return Kind(files, fault=str(error).removeprefix(f"{largest}").strip(": "))
    if not whole.kept:
        return Kind(files, fault="None of its readings would be kept.")
    ordered = [largest, *(file for file in files if file != largest)]
    return Kind(
        ordered,
        "its layout" if layout else "a mapping",
        proposal,
        len(whole.meters),
        whole.kept,
        whole.meters["kwh"].sum(),
    )


def _read(file: Path, given: Given, mapping: AnyMapping | None) -> tuple[str, WholeFile]:
    """Read a file by its layout's mapping, or by one that is proposed; return that one, too."""
    if mapping:
        return "", read_whole(file, mapping)
    proposal = read_proposal(file, given)
    return proposal.text, proposal.whole


def _write(number: int, kind: Kind, kinds: list[Kind], target: Path) -> None:
    """Write a kind's mapping where no file of another kind would be read by it."""
    strangers = [
        file for other in kinds if other is not kind for file in other.files if file.is_relative_to(kind.folder)
    ]
    if strangers:
        say(
            f"Kind {number} has no mapping written: {strangers[0]} beside it is of another kind. "
            "Put each into its own folder."
        )
    elif target.exists():
        say(f"Kind {number} has no mapping written: there is a {target} already.")
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(kind.proposal, encoding="utf-8")
        say(f"Wrote {target}.")
