"""Ops: the chain of the ledger's bookings."""

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.promises import MIDNIGHT, Rule
from wattlake.lake.contracts.units import Kwh, kwh


class Settlement(Contract):
    """One booking of the slots of one UTC day: a link of the ledger's chain.

    Links are numbered in the order they were booked, and each has the hash of the one before it in its own. A day is
    booked again where its readings or prices changed; that is a new link, and breaks none.
    """

    settlement_id: int = column("Number of the link, in the order of booking", ge=1)
    period_start_utc: Utc = column("Start of the day")
    booked_at_utc: Utc = column("When it was booked; not part of the hash")
    mechanism: str = column("Mechanism the day is settled by")
    terms: str = column("All settings that the day is settled by, as JSON; kept when it is settled again")
    slots: int = column("Slots that were booked, for the first time or again", ge=1)
    reversed_slots: int = column("Of these, slots that had been booked before", ge=0)
    provisional_slots: int = column("Of these, slots in which some energy is not, or not wholly, read", ge=0)
    traded_kwh: Kwh = kwh("Energy traded in these slots")
    sha256: str = column("SHA-256 over the link before, the day, the terms and the hashes of the slots")
    previous_sha256: str = column("Hash of the link booked before; of the first, 64 zeros")
    run_id: str = column("Run that booked it")

    class Config:
        metadata = table(
            "ops.settlement",
            key=("settlement_id",),
            rules=(
                MIDNIGHT,
                Rule("no more slots are reversed than booked", "reversed_slots <= slots"),
                Rule("no more slots are provisional than booked", "provisional_slots <= slots"),
            ),
        )
