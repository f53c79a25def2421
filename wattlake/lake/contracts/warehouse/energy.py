"""The star schema's facts of energy, in kWh: flows, days and trades."""

from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import PROVENANCE, Contract, Utc, column, table
from wattlake.lake.contracts.units import Co2Kg, Eur, EurPerKwh, Kwh, Share, co2_kg, eur, eur_per_kwh, kwh


class FactEnergyFlow(Contract):
    """One member's energy in one slot."""

    user_sk: str = column("The member's register entry in the slot", references="warehouse.dim_user.user_sk")
    user_id: str = column("Member of the community")
    zone: str = column(
        "Zone of the member in the slot; with the hour a key of dim_weather", references="warehouse.dim_zone.zone"
    )
    period_start_utc: Utc = column("Start of the slot", references="warehouse.dim_time.period_start_utc")
    period_minutes: int = column("Length of the slot", "min")
    consumption_kwh: Kwh = kwh("What the member consumed; empty where no reading covers the slot", nullable=True)
    production_kwh: Kwh = kwh("What the member's panels produced; empty where it is not known", nullable=True)
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot", nullable=True)
    surplus_kwh: Kwh = kwh("Production beyond consumption", nullable=True)
    deficit_kwh: Kwh = kwh("Consumption beyond production", nullable=True)
    meter_import_kwh: Kwh = kwh(
        "What crosses the member's connection inwards, from neighbours or the grid", nullable=True
    )
    meter_export_kwh: Kwh = kwh(
        "What crosses the member's connection outwards, to neighbours or the grid", nullable=True
    )
    co2_kg: Co2Kg = co2_kg("Carbon dioxide of the import, as of the grid's electricity in the slot", nullable=True)
    consumption_estimated_kwh: Kwh = kwh("Estimated consumption of the minutes that no reading covers", nullable=True)
    production_estimated_kwh: Kwh = kwh(
        "Estimated production of the minutes the production meter missed", nullable=True
    )
    estimation_method: str = column("What the estimates were made from; several ways are listed", nullable=True)
    consumption_minutes: int = column("Minutes of the slot that consumption readings cover", "min")
    consumption_estimated_minutes: int = column("Minutes of the slot that an estimate stands for", "min")
    consumption_provenance: str = column("Where consumption comes from", isin=PROVENANCE, nullable=True)
    production_provenance: str = column(
        "Where production comes from; empty without panels", isin=PROVENANCE, nullable=True
    )

    is_anomaly: bool = column("Whether the consumption is unlikely, though possible")
    anomaly_reason: str = column(
        "What is unlikely: spike, beyond quantile, flat line, zero day; several are listed", nullable=True
    )

    class Config:
        metadata = table(
            "warehouse.fact_energy_flow",
            key=("user_id", "period_start_utc"),
            shows="gold.energy_flow",
        )


class FactEnergyBalanceDaily(Contract):
    """One member's energy of one UTC day: the sum of its slots."""

    user_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    zone: str = column("Zone of the member at the end of the day")
    slots: int = column("Slots of the day in which consumption or production is known")
    consumption_kwh: Kwh = kwh("What the member consumed")
    production_kwh: Kwh = kwh("What the member's panels produced")
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot")
    surplus_kwh: Kwh = kwh("Production beyond consumption, slot by slot")
    deficit_kwh: Kwh = kwh("Consumption beyond production, slot by slot")
    consumption_estimated_kwh: Kwh = kwh("Estimated consumption, not in consumption_kwh")
    production_estimated_kwh: Kwh = kwh("Estimated production, not in production_kwh")
    consumption_provenance: str = column("Where consumption comes from", isin=PROVENANCE, nullable=True)
    production_provenance: str = column(
        "Where production comes from; empty without panels", isin=PROVENANCE, nullable=True
    )

    class Config:
        metadata = table(
            "warehouse.fact_energy_balance_daily",
            key=("user_id", "period_start_utc"),
            shows="gold.energy_balance_daily",
        )


class FactCompletenessDaily(Contract):
    """How complete one member's consumption is on one UTC day of which the community has any energy."""

    user_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    expected_minutes: int = column("Minutes of the slots that start while the member has a meter", "min")
    measured_minutes: int = column("Of these, the minutes that readings cover", "min")
    estimated_minutes: int = column("Of these, the minutes that no reading covers and an estimate stands for", "min")
    missing_minutes: int = column("The rest: minutes of which nothing is known", "min")
    completeness_ratio: Share = column("Measured of expected minutes; estimates do not count")

    class Config:
        metadata = table(
            "warehouse.fact_completeness_daily",
            key=("user_id", "period_start_utc"),
            shows="gold.completeness_daily",
        )


class FactEnergyTransaction(Contract):
    """What one member sold to one other in one slot as it was booked, or a booking of before taken back.

    All rows of a slot add up to what counts; ``is_current`` picks the bookings that count. Which pairs are made, and in
    which order, stands in ``gold.settled_trade``.
    """

    settlement_id: int = column("Link of the ledger that booked it")
    entry: int = column("1 is a booking, -1 takes back one of before, with energy and amount negated")
    settlement_version: int = column("Version of the slot that the link booked")
    is_current: bool = column("Whether it is a booking of the slot's newest version")
    period_start_utc: Utc = column("Start of the slot", references="warehouse.dim_time.period_start_utc")
    seller_sk: str = column(
        "The seller's register entry in the slot, or the last before it", references="warehouse.dim_user.user_sk"
    )
    buyer_sk: str = column(
        "The buyer's register entry in the slot, or the last before it", references="warehouse.dim_user.user_sk"
    )
    seller_id: str = column("Member who sold")
    buyer_id: str = column("Member who bought")
    energy_kwh: Kwh = kwh("Energy sold", is_signed=True)
    price_eur_per_kwh: EurPerKwh = eur_per_kwh("Price of the seller in the slot")
    transaction_amount_eur: Eur = eur("What the buyer pays the seller")
    distance_km: Annotated[Decimal, 9, 3] = column("Great-circle distance between both, by the register", "km")
    co2_saved_kg: Co2Kg = co2_kg(
        "Carbon dioxide of as much energy from the grid in the slot", nullable=True, is_signed=True
    )
    mechanism: str = column("Mechanism that the day is settled by")

    class Config:
        metadata = table(
            "warehouse.fact_energy_transaction",
            key=("settlement_id", "period_start_utc", "seller_id", "buyer_id", "entry"),
        )
