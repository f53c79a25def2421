"""Disagreements between the register and the readings."""

from wattlake.lake.contracts.base import Contract, column, table
from wattlake.lake.contracts.units import Kwh, kwh


class RegisterGap(Contract):
    """A member without a meter; a meter without readings, without a member (always, or on whole days), or of two."""

    gap: str = column(
        "What does not go together",
        isin=[
            "member without meter",
            "meter without readings",
            "meter without member",
            "meter without member for a time",
            "meter of two members",
        ],
    )
    user_id: str = column("Member of the community", nullable=True)
    meter_id: str = column("Meter", nullable=True)
    readings: int = column("Readings that belong to no member, or to two", ge=0)
    energy_kwh: Kwh = kwh("Energy of those readings")

    class Config:
        metadata = table("warehouse.register_gap")
