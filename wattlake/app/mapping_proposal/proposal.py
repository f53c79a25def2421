"""A proposal, checked by the whole file: what stands behind the head may speak against it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from wattlake.app.mapping_proposal.as_toml import propose
from wattlake.app.mapping_proposal.date_order import expect_one_order_in, is_against, other_order_of
from wattlake.app.mapping_proposal.guessed import Given, NoProposalError
from wattlake.app.mapping_proposal.whole_file import WholeFile, WholeFileReader
from wattlake.app.progress import with_bar
from wattlake.lake.mapping import AnyMapping, read_mapping

UNEVEN = {"closer together than its period", "further apart than its period"}


class Proposal(NamedTuple):
    """A proposed mapping.

    Attributes:
        text: its TOML.
        notes: on the file.
        mapping: as it is read.
        whole: what it makes of the whole file.
    """

    text: str
    notes: list[str]
    mapping: AnyMapping
    whole: WholeFile


def read_proposal(file: Path, given: Given) -> Proposal:
    """Propose a mapping for a file, and read the whole file by it.

    Raises:
        NoProposalError: there is none that could be proposed, or its rows have dates of two kinds.
    """
    text, notes = propose(file, given)
    mapping = read_mapping(text, "The proposal")
    whole = read_whole(file, mapping)
    if is_against(whole) and not given.order:
        # The head has days up to the 12th only: what comes behind it decides.
        return read_proposal(file, replace(given, order=other_order_of(mapping)))
    expect_one_order_in(file, whole)
    if not given.is_by_steps and UNEVEN & {*whole.reasons["reason"]}:
        by_steps = read_proposal(file, replace(given, is_by_steps=True))
        return by_steps if by_steps.whole.kept > whole.kept else Proposal(text, notes, mapping, whole)
    return Proposal(text, notes, mapping, whole)


def read_whole(file: Path, mapping: AnyMapping) -> WholeFile:
    """Read a whole file by a mapping, with a bar on a terminal."""
    reader = WholeFileReader(file, mapping, datetime.now(UTC))
    for _ in with_bar(reader.steps(), "Reading rows"):
        pass
    if reader.result is None:
        raise NoProposalError(f"{file} holds no row.")
    return reader.result
