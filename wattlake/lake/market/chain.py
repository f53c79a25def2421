"""Chain the ledger: each link's hash includes the hash of the link booked before it."""

import hashlib
from collections.abc import Sequence
from datetime import date

NOTHING_BEFORE = "0" * 64
"""The first link has this in place of a hash before it."""

NOTHING_LEFT = hashlib.sha256(b"").hexdigest()
"""The hash of a slot of which nothing is left to settle."""


def link_hash(previous: str, day: date, terms: str, slots: Sequence[str]) -> str:
    """Compute the hash of a link: SHA-256 over these lines, each ended by a line feed.

    Args:
        previous: the hash of the link booked before.
        day: the day that is booked.
        terms: what it is settled by, as JSON.
        slots: for each slot in order ``<start>|<version>|<hash of its canonical rows>``.
    """
    lines = [previous, day.isoformat(), terms, *slots]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
