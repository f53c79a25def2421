"""The calendar: slots and public holidays on the community's clock."""

from datetime import date

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.promises import SLOTS, Group, Rule


class Holiday(Contract):
    """One public holiday where the community is."""

    local_date: date = column("Day on the community's clock")
    holiday_name: str = column("Name of the public holiday")

    class Config:
        metadata = table("gold.holiday", key=("local_date",))


class Calendar(Contract):
    """One slot of the calendar, in UTC and in the community's local time."""

    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    local_start: Utc = column("Start of the slot on the community's clock")
    local_date: date = column("Day on the community's clock")
    local_hour: int = column("Hour on the community's clock", "h", ge=0, le=23)
    weekday: int = column("Day of the week on the community's clock; 1 is Monday", ge=1, le=7)
    is_weekend: bool = column("Whether the local day is a Saturday or Sunday")
    is_holiday: bool = column("Whether the local day is a public holiday")
    holiday_name: str = column("Name of the public holiday", nullable=True)

    class Config:
        metadata = table(
            "gold.calendar",
            key=("period_start_utc",),
            rules=(
                SLOTS,
                Rule(
                    "local date and hour are of the local start",
                    "local_date = local_start::date and local_hour = hour(local_start)",
                ),
                Rule(
                    "weekends are Saturdays and Sundays", "weekday = isodow(local_date) and is_weekend = (weekday >= 6)"
                ),
                Rule("holidays have names", "is_holiday = (holiday_name is not null)"),
            ),
            groups=(
                Group(
                    "no slot is left out",
                    (),
                    "date_diff('minute', min(period_start_utc), max(period_start_utc)) "
                    "= (count(*) - 1) * min(period_minutes)",
                    dimension="completeness",
                ),
                Group(
                    "local days have 23 to 25 hours",
                    ("local_date",),
                    # The first and the last local day are cut where the calendar begins and ends.
                    "sum(period_minutes) between 1380 and 1500 "
                    "or local_date not between date '2000-01-02' and date '2040-12-30'",
                ),
            ),
        )
