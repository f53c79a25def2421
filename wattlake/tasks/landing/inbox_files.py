"""The files of an inbox: those to land, and why the others are not."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from wattlake.lake.foreign_text import printable
from wattlake.lake.landing.headers import has_columns
from wattlake.lake.landing.layouts import recognise
from wattlake.lake.landing.readers.members import LeftOut
from wattlake.lake.landing.taken_files import fault_of_file, members_left_out
from wattlake.tasks.sources import Inbox
from wattlake.tasks.sources._folder import MAPPING, entries, fault_of_entry, is_csv, refused_entries


class InboxFiles(NamedTuple):
    """The files of an inbox.

    Attributes:
        paths: files to land, in the order of their paths.
        mapping_files: the mapping of each file that has one: its own, or that of a layout which is known.
        faults: why other files are not landed.
        left_out: the members of zip files that are not landed with the others, by their zip file.
    """

    paths: list[Path]
    mapping_files: dict[Path, Path]
    faults: dict[Path, str]
    left_out: dict[Path, list[LeftOut]]


def files_of(described: Inbox, inbox: Path) -> InboxFiles:
    """List the files of an inbox: CSV by its name, all others by what they hold.

    Raises:
        ValueError: there is no such path, or no file to land in it.
    """
    listed, nothing = _listed(described, inbox)
    if nothing and not listed.paths:
        raise _nothing_in(inbox, listed.faults) if described.takes_mappings and inbox.is_dir() else nothing
    return listed


def _nothing_in(inbox: Path, faults: dict[Path, str]) -> ValueError:
    """Tell of an inbox with no file that can be landed, whatever it is called."""
    if not faults:
        return ValueError(f"The folder `{inbox}` is empty. Put the files to land there, as they came.")
    first, fault = next(iter(faults.items()))
    files = f"of {len(faults):,} files none is" if len(faults) > 1 else "the only file is not"
    return ValueError(f"In the folder `{inbox}` {files} read: `{printable(first.name)}` {fault}")


def all_files_of(described: Inbox, inbox: Path) -> InboxFiles:
    """List the files of an inbox, whether or not some are to be landed."""
    return _listed(described, inbox)[0]


def _listed(described: Inbox, inbox: Path) -> tuple[InboxFiles, ValueError | None]:
    """List the files of an inbox, and tell where its names say that there is nothing to land."""
    paths, nothing = _by_name(described, inbox)
    others = _others(inbox, {*paths}) if described.takes_mappings and inbox.is_dir() else []
    mapping_files = described.mapping_files(inbox, [*paths, *others])
    faults = {file: fault for file in others if (fault := fault_of_file(file, mapping_files.get(file)))}
    paths = sorted([*paths, *(file for file in others if file not in faults)])
    own = {file: mapping_files[file] for file in paths if file in mapping_files}
    without = [file for file in paths if file not in own] if described.takes_mappings else []
    read_by = own | _layouts(described, without)
    left_out = {file: members for file, mapping in read_by.items() if (members := members_left_out(file, mapping))}
    return InboxFiles(paths, read_by, faults, left_out), nothing


def _by_name(described: Inbox, inbox: Path) -> tuple[list[Path], ValueError | None]:
    try:
        return described.files(inbox), None
    except ValueError as error:
        return [], error


def _others(inbox: Path, named: set[Path]) -> list[Path]:
    """List the ordinary files that are no readings by their names."""
    passed_over = {*named, *refused_entries(inbox)}
    return [
        entry for entry in entries(inbox)
        if entry not in passed_over and entry.name != MAPPING and fault_of_entry(entry, inbox) is None
    ]  # fmt: skip


def _layouts(described: Inbox, files: Iterable[Path]) -> dict[Path, Path]:
    """Find the layouts of files that are no CSV which is read without a mapping."""
    known: dict[Path, Path] = {}
    for file in files:
        if is_csv(file) and has_columns(file, described.layouts):
            continue
        layout = recognise(file)
        if layout is None or described.name != layout.mapping.SOURCE or layout.mapping.recognise is None:
            continue
        # What is called CSV and has the columns of one that needs no mapping is read so, or refused.
        if not (is_csv(file) and {*layout.mapping.recognise.header} in map(set, described.layouts)):
            known[file] = layout.path
    return known
