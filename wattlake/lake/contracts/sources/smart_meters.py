"""Smart-meter files, in the London set's layouts or with a mapping, and their readings."""

from wattlake.lake.contracts.base import Bronze, Contract, Utc, bronze, column, known_at, landing, provenance, table
from wattlake.lake.contracts.promises import SLOTS
from wattlake.lake.contracts.units import MONTHLY, READING_MINUTES, Kwh

QUALITIES = ["measured", "estimated", "substituted"]
"""What a source says of a reading; one that it calls missing is none."""


class SmartMeters(Bronze):
    """One row of a meter file, as it was written."""

    meter: str = bronze("LCLid", "The meter (household) as the file names it")
    tstp: str = bronze("tstp", "Start of the half-hour, in the per-household layout")
    energy: str = bronze("energy(kWh/hh)", "Energy of the half-hour in kWh, in the per-household layout")
    std_or_tou: str = bronze("stdorToU", "Tariff, in the original release's layout")
    date_time: str = bronze("DateTime", "Start of the half-hour, in the original release's layout")
    kwh: str = bronze("KWH/hh (per half hour)", "Energy of the half-hour in kWh, in the original release's layout")
    acorn: str = bronze("Acorn", "Acorn class, in the original release's layout")
    acorn_grouped: str = bronze("Acorn_grouped", "Acorn group, in the original release's layout")
    provenance: str = bronze("provenance", "`simulated` where the simulator wrote the file, otherwise absent")
    line: int = column("Line in its file, of a file that has a mapping", nullable=True)
    cells: str = bronze("cells", "The row of a file that has a mapping, as JSON: column and what it holds")

    class Config:
        metadata = table("bronze.smart_meters")


class MeterReading(Contract):
    """One meter's energy in one interval, as read."""

    meter_id: str = column("Meter as its file names it")
    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min", isin=READING_MINUTES)
    energy_kwh: Kwh = column("Energy that passed the meter in the interval", "kWh", ge=0, le=1000)
    quality: str = column(
        "What the source says of the number; empty where it says nothing, the worst where several are summed",
        nullable=True,
        isin=QUALITIES,
    )
    register: str = column(
        "Register or OBIS code as the source names it; several that are summed are joined by `+`", nullable=True
    )
    provenance: str = provenance()
    known_at_utc: Utc = known_at()
    landing_id: int = landing()

    class Config:
        metadata = table(
            "silver.meter_reading",
            key=("meter_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            has_intervals=True,
            rules=(SLOTS,),
        )
