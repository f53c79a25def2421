"""Gold: what the community's energy means, per member and slot, in integer watt-hours."""

from typing import Annotated, Any

import polars as pl

from lake.contracts import PROVENANCE, Contract, Utc, column, known_at, provenance, table
from lake.contracts.promises import HOURS, MIDNIGHT, PANELS_FACE_SOMEWHERE, SLOTS, Apart, Group, Rule, Total

MONTHLY = ("year(period_start_utc)", "month(period_start_utc)")
ESTIMATION_METHODS = ("linear", "same weekday before", "same weekday after", "same weekday before and after")


SUMS_OF_FLOW = tuple(
    (name, f"coalesce(sum({name}), 0)")
    for name in (
        *("consumption_minutes", "consumption_wh", "production_wh", "self_consumption_wh", "surplus_wh", "deficit_wh"),
        *("consumption_estimated_minutes", "consumption_estimated_wh", "production_estimated_wh"),
    )
)


def energy(meaning: str, nullable: bool = True) -> Any:  # noqa: ANN401
    """A column of settled energy: whole watt-hours, never negative."""
    return column(meaning, "Wh", ge=0, nullable=nullable)


class MemberVersion(Contract):
    """One member's register entry over one stretch of time."""

    member_id: str = column("Member of the community")
    valid_from_utc: Utc = column("Start of the stretch")
    valid_to_utc: Utc = column("End of the stretch, excluded; empty while it lasts", nullable=True)
    meter_id: str = column("Meter of what the member consumes", nullable=True)
    production_meter_id: str = column("Meter of what the member's panels produce, if there is one", nullable=True)
    zone: str = column("Zone of the community")
    latitude: float = column("Latitude, WGS 84", "°", ge=-90, le=90)
    longitude: float = column("Longitude, WGS 84", "°", ge=-180, le=180)
    panel_kwp: float = column("Peak power of the member's panels", "kWp", ge=0)
    tilt_degrees: float = column("Tilt of the panels from the horizontal", "°", ge=0, le=90, nullable=True)
    azimuth_degrees: float = column("Bearing the panels face; 180 is south", "°", ge=0, le=360, nullable=True)
    member_type: str = column("consumer or prosumer", isin=["consumer", "prosumer"])
    sharing_weight: Annotated[pl.Decimal, 9, 3] = column(
        "Weight in the community's production where fixed coefficients share it", ge=0
    )
    tariff: str = column("Retail tariff of the household", nullable=True)
    acorn: str = column("Acorn class of the household", nullable=True)
    acorn_group: str = column("Acorn group of the household", nullable=True)
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.member_version",
            key=("member_id", "valid_from_utc"),
            rules=(
                PANELS_FACE_SOMEWHERE,
                Rule("stretches do not end before they begin", "valid_from_utc <= valid_to_utc"),
            ),
            apart=(
                Apart("entries of one member do not overlap", ("member_id",)),
                # The register is given: the build goes on, and both members get the meter's energy.
                Apart("a meter has one owner at a time", ("meter_id", "production_meter_id"), severity="warn"),
            ),
        )


class MemberMeter(Contract):
    """One meter of one member over one stretch of time, and what it measures."""

    member_id: str = column("Member of the community")
    valid_from_utc: Utc = column("Start of the stretch: of the member's register entry")
    valid_to_utc: Utc = column("End of the stretch, excluded; empty while it lasts", nullable=True)
    zone: str = column("Zone of the member")
    meter_id: str = column("Meter as its file names it")
    measures: str = column("consumption or production", isin=["consumption", "production"])

    class Config:
        metadata = table("gold.member_meter", key=("member_id", "valid_from_utc", "measures"))


class MeterDaily(Contract):
    """One meter's readings of one UTC day, whether or not a member owns the meter."""

    meter_id: str = column("Meter as its file names it")
    period_start_utc: Utc = column("Start of the day")
    readings: int = column("Readings of the day", ge=1)
    measured_minutes: int = column("Minutes of the day the readings cover", "min", ge=0, le=1440)
    energy_wh: int = energy("Energy of the day's readings", nullable=False)
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.meter_daily",
            key=("meter_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            rules=(
                MIDNIGHT,
                Rule("readings have 15 to 60 minutes", "measured_minutes between 15 * readings and 60 * readings"),
            ),
            totals=(Total("silver.meter_reading", (("readings", "count(*)"), ("energy_wh", "sum(energy_wh)"))),),
            fresh_within_days=7,
            volume="sum(readings)",
        )


class MeterGap(Contract):
    """One stretch of at most a day that no reading of a meter covers, between two that it has."""

    meter_id: str = column("Meter as its file names it")
    period_start_utc: Utc = column("Start of the gap: the end of the reading before it")
    period_minutes: int = column("Length of the gap", "min", ge=15, le=1440)
    interval_minutes: int = column("Length of the readings that are missing: of its neighbours' the shorter", "min")
    before_w: int = column("Mean power of the reading before the gap", "W", ge=0)
    after_w: int = column("Mean power of the reading after the gap", "W", ge=0)
    known_at_utc: Utc = known_at()

    class Config:
        metadata = table(
            "gold.meter_gap",
            key=("meter_id", "period_start_utc"),
            partitioned_by=("year(period_start_utc)",),
            look_back_days=1,
            look_ahead_days=1,
        )


class GapFill(Contract):
    """One interval that no reading covers, between two readings of its meter, with the energy it is taken to have.

    Up to two intervals are filled on the straight line between their neighbours, up to a day by the mean of the
    readings at the same time of the same weekday, on the community's clock, in the four weeks before and the week
    after, as far as these are there. Longer gaps stay. Nothing is ever filled from what was filled.
    """

    meter_id: str = column("Meter as its file names it")
    period_start_utc: Utc = column("Start of the interval")
    period_minutes: int = column("Length of the interval", "min", isin=[15, 30, 60])
    energy_wh: int = energy("Energy the interval is taken to have, rounded to whole watt-hours", nullable=False)
    estimation_method: str = column("What the estimate was made from", isin=ESTIMATION_METHODS)
    samples: int = column("Readings the estimate was made from", ge=1, le=5)
    known_at_utc: Utc = column("When the world could have known all that the estimate was made from")
    provenance: str = column("Always estimated", isin=["estimated"])

    class Config:
        metadata = table(
            "gold.gap_fill",
            key=("meter_id", "period_start_utc"),
            partitioned_by=("year(period_start_utc)",),
            # Four weeks and one, each an hour longer across a clock change.
            look_back_days=29,
            look_ahead_days=8,
        )


class EnergyEstimate(Contract):
    """What is estimated of one member's energy in one slot: of the minutes that no reading covers."""

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot")
    zone: str = column("Zone of the member in the slot")
    consumption_estimated_minutes: int = column(
        "Minutes of the slot that no consumption reading covers and the estimate stands for", "min", ge=0, le=60
    )
    consumption_estimated_wh: int = energy("Estimated consumption of these minutes")
    production_estimated_wh: int = energy("Estimated production of the minutes that the production meter missed")
    estimation_method: str = column("What the estimate was made from; several ways are listed")
    known_at_utc: Utc = column("When the world could have known all that the estimate was made from")

    class Config:
        metadata = table(
            "gold.energy_estimate",
            key=("member_id", "period_start_utc"),
            partitioned_by=("year(period_start_utc)",),
        )


class Zone(Contract):
    """One zone of the community and its centre."""

    zone: str = column("Zone of the community", references="gold.member_version.zone")
    latitude: float = column("Mean latitude of the zone's first members, WGS 84, to 0.01°", "°", ge=-90, le=90)
    longitude: float = column("Mean longitude of the zone's first members, WGS 84, to 0.01°", "°", ge=-180, le=180)

    class Config:
        metadata = table("gold.zone", key=("zone",))


class PvTypicalYear(Contract):
    """One hour of a typical year's output of 1 kWp of panels: the mean of the recorded years."""

    zone: str = column("Zone of the community")
    tilt_degrees: float = column("Tilt of the panels from the horizontal", "°", ge=0, le=90)
    azimuth_degrees: float = column("Bearing the panels face; 180 is south", "°", ge=0, le=360)
    month: int = column("Month in UTC", ge=1, le=12)
    day: int = column("Day of the month in UTC", ge=1, le=31)
    hour: int = column("Hour in UTC", "h", ge=0, le=23)
    output_w_per_kwp: Annotated[pl.Decimal, 9, 3] = column("Mean AC power of the hour per kWp", "W/kWp", ge=0, le=1500)
    years: int = column("Recorded years in the mean", ge=1)
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.pv_typical_year", key=("zone", "tilt_degrees", "azimuth_degrees", "month", "day", "hour")
        )


class PvOutputHourly(Contract):
    """One hour's output of 1 kWp of panels in a zone, at one tilt and azimuth."""

    zone: str = column("Zone of the community", references="gold.zone.zone")
    tilt_degrees: float = column("Tilt of the panels from the horizontal", "°", ge=0, le=90)
    azimuth_degrees: float = column("Bearing the panels face; 180 is south", "°", ge=0, le=360)
    period_start_utc: Utc = column("Start of the hour")
    output_w_per_kwp: Annotated[pl.Decimal, 9, 3] = column("Mean AC power of the hour per kWp", "W/kWp", ge=0, le=1500)
    basis: str = column("weather, or typical year where there is none", isin=["weather", "typical year"])
    known_at_utc: Utc = known_at()
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.pv_output_hourly",
            key=("zone", "tilt_degrees", "azimuth_degrees", "period_start_utc"),
            partitioned_by=("year(period_start_utc)",),
            rules=(HOURS,),
        )


class SpotPrice(Contract):
    """One bidding zone's day-ahead price in one slot of the lake."""

    bidding_zone: str = column("Bidding zone of the day-ahead auction")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    spot_eur_per_mwh: Annotated[pl.Decimal, 12, 4] = column(
        "Day-ahead price of the slot, time-weighted where the market's periods are shorter", "EUR/MWh"
    )
    provenance: str = provenance()
    known_at_utc: Utc = column("When the world could have known the price: its publication, or the fetch if earlier")

    class Config:
        metadata = table(
            "gold.spot_price",
            key=("bidding_zone", "period_start_utc"),
            partitioned_by=("year(period_start_utc)",),
            # A period may reach over midnight.
            look_back_days=1,
            rules=(SLOTS,),
            volume="count(*)",
        )


class EnergyFlow(Contract):
    """One member's energy in one slot.

    What was read and what was estimated stand apart: consumption, production, self-consumption, surplus and deficit are
    what they would be without any estimate, and balance exactly. A slot that no reading covers but that could be
    estimated has a row in which only the estimated columns are filled.
    """

    member_id: str = column("Member of the community", references="gold.member_version.member_id")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    zone: str = column("Zone of the member in the slot", references="gold.zone.zone")
    consumption_minutes: int = column("Minutes of the slot that consumption readings cover", "min", ge=0, le=60)
    consumption_wh: int = energy("What the member consumed; empty where no reading covers the slot")
    production_wh: int = energy("What the member's panels produced; empty where it is not known")
    self_consumption_wh: int = energy("The part of production consumed in the same slot")
    surplus_wh: int = energy("Production beyond consumption")
    deficit_wh: int = energy("Consumption beyond production")
    consumption_estimated_minutes: int = column(
        "Minutes of the slot that no consumption reading covers and an estimate stands for", "min", ge=0, le=60
    )
    consumption_estimated_wh: int = energy("Estimated consumption of these minutes, not part of what was read")
    production_estimated_wh: int = energy("Estimated production of the minutes that the production meter missed")
    estimation_method: str = column("What the estimates were made from; several ways are listed", nullable=True)
    consumption_provenance: str = column("Where consumption comes from", isin=PROVENANCE, nullable=True)
    production_provenance: str = column(
        "Where production comes from; empty without panels", isin=PROVENANCE, nullable=True
    )
    known_at_utc: Utc = known_at()

    class Config:
        metadata = table(
            "gold.energy_flow",
            key=("member_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            rules=(
                SLOTS,
                Rule("production is self-consumption and surplus", "production_wh = self_consumption_wh + surplus_wh"),
                Rule(
                    "consumption is self-consumption and deficit", "consumption_wh = self_consumption_wh + deficit_wh"
                ),
                Rule(
                    "production and grid import are consumption and grid export",
                    "production_wh + deficit_wh = consumption_wh + surplus_wh",
                ),
                Rule("readings cover no more than the slot", "consumption_minutes <= period_minutes"),
                Rule(
                    "energy says where it comes from",
                    "(consumption_wh is null or consumption_provenance is not null) "
                    "and (coalesce(production_wh, 0) = 0 or production_provenance is not null)",
                    dimension="completeness",
                ),
            ),
        )


class EnergyBalanceDaily(Contract):
    """One member's energy of one UTC day: the sum of its slots."""

    member_id: str = column("Member of the community", references="gold.member_version.member_id")
    period_start_utc: Utc = column("Start of the day", references="gold.calendar.period_start_utc")
    zone: str = column("Zone of the member at the end of the day")
    slots: int = column("Slots of the day in which consumption or production is known", ge=0)
    consumption_minutes: int = column("Minutes of the day that consumption readings cover", "min", ge=0, le=1440)
    consumption_wh: int = energy("What the member consumed", nullable=False)
    production_wh: int = energy("What the member's panels produced", nullable=False)
    self_consumption_wh: int = energy("The part of production consumed in the same slot", nullable=False)
    surplus_wh: int = energy("Production beyond consumption, slot by slot", nullable=False)
    deficit_wh: int = energy("Consumption beyond production, slot by slot", nullable=False)
    consumption_estimated_minutes: int = column(
        "Minutes of the day that no consumption reading covers and an estimate stands for", "min", ge=0, le=1440
    )
    consumption_estimated_wh: int = energy("Estimated consumption, not part of what was read", nullable=False)
    production_estimated_wh: int = energy("Estimated production, not part of what was read", nullable=False)
    consumption_provenance: str = column("Where consumption comes from", isin=PROVENANCE, nullable=True)
    production_provenance: str = column(
        "Where production comes from; empty without panels", isin=PROVENANCE, nullable=True
    )

    class Config:
        metadata = table(
            "gold.energy_balance_daily",
            key=("member_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            rules=(
                MIDNIGHT,
                Rule(
                    "production holds self-consumption and surplus", "production_wh >= self_consumption_wh + surplus_wh"
                ),
                Rule(
                    "consumption holds self-consumption and deficit",
                    "consumption_wh >= self_consumption_wh + deficit_wh",
                ),
            ),
            totals=(Total("gold.energy_flow", SUMS_OF_FLOW, by=("member_id",)),),
        )


def minutes_of_day(meaning: str, **bounds: Any) -> Any:  # noqa: ANN401
    """A column of minutes of one UTC day."""
    return column(meaning, "min", **{"ge": 0, "le": 1440, **bounds})


class CompletenessDaily(Contract):
    """How complete one member's consumption is on one UTC day of which the community has any energy."""

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    expected_minutes: int = minutes_of_day("Minutes of the slots that start while the member has a meter", ge=1)
    measured_minutes: int = minutes_of_day("Of these, the minutes that readings cover")
    estimated_minutes: int = minutes_of_day("Of these, the minutes that no reading covers and an estimate stands for")
    missing_minutes: int = minutes_of_day("The rest: minutes of which nothing is known")
    completeness_ratio: Annotated[pl.Decimal, 5, 4] = column(
        "Measured of expected minutes; estimates do not count", ge=0, le=1
    )

    class Config:
        metadata = table("gold.completeness_daily", key=("member_id", "period_start_utc"), partitioned_by=MONTHLY)


def mean_wh(meaning: str, **bounds: Any) -> Any:  # noqa: ANN401
    """A column of energy that is no sum of readings: watt-hours with decimals, never negative."""
    return column(meaning, "Wh", ge=0, **bounds)


class UnusualLoad(Contract):
    """One slot in which a member consumed more than its own month before lets expect.

    A slot is judged by the calendar month (UTC) before its own, and only where that has readings of at least 14 days.
    So what comes later never changes how a slot is judged.
    """

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot")
    consumption_wh: int = energy("What the member consumed", nullable=False)
    usual_wh: Annotated[pl.Decimal, 12, 2] = mean_wh(
        "Median of the month before at this local hour, on working days or on days off"
    )
    deviation_wh: Annotated[pl.Decimal, 12, 2] = mean_wh("Median absolute deviation of the same slots")
    spike_wh: int = energy("Consumption beyond which the slot is a spike", nullable=False)
    quantile_wh: int = energy("High quantile of all slots of the member's month before", nullable=False)

    class Config:
        metadata = table(
            "gold.unusual_load",
            key=("member_id", "period_start_utc"),
            partitioned_by=("year(period_start_utc)",),
            # From the first day of one month to the last of the next.
            look_back_days=61,
        )


class FlatLine(Contract):
    """One slot of a stretch of hours in which a member's consumption never moves, without being nil."""

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot")
    consumption_wh: int = energy("What the member consumed, the same in every slot of the stretch", nullable=False)

    class Config:
        metadata = table(
            "gold.flat_line",
            key=("member_id", "period_start_utc"),
            partitioned_by=("year(period_start_utc)",),
            look_back_days=1,
            look_ahead_days=1,
        )


class Anomaly(Contract):
    """One slot in which a member's consumption is unlikely, though possible, and why.

    Nothing is taken away or mended: the consumption stays as it was read. All slots of a UTC day with readings of at
    least 20 hours that are all nil make a zero day.
    """

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot")
    anomaly_reason: str = column("What is unlikely: spike, beyond quantile, flat line, zero day; several are listed")
    consumption_wh: int = energy("What the member consumed", nullable=False)
    usual_wh: Annotated[pl.Decimal, 12, 2] = mean_wh(
        "Median of the month before at this local hour and kind of day; empty but for spikes and high values",
        nullable=True,
    )
    deviation_wh: Annotated[pl.Decimal, 12, 2] = mean_wh("Median absolute deviation of the same slots", nullable=True)
    spike_wh: int = energy("Consumption beyond which the slot is a spike")
    quantile_wh: int = energy("High quantile of all slots of the member's month before")

    class Config:
        metadata = table(
            "gold.anomaly", key=("member_id", "period_start_utc"), partitioned_by=("year(period_start_utc)",)
        )


class Holiday(Contract):
    """One public holiday where the community is."""

    local_date: pl.Date = column("Day on the community's clock")
    holiday_name: str = column("Name of the public holiday")

    class Config:
        metadata = table("gold.holiday", key=("local_date",))


class Calendar(Contract):
    """One slot of the calendar, in UTC and in the community's local time."""

    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    local_start: Utc = column("Start of the slot on the community's clock")
    local_date: pl.Date = column("Day on the community's clock")
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
