"""The star schema's facts by their usual names: energy by hour, trades and months."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import Contract, column, table
from wattlake.lake.contracts.units import Co2Kg, Eur, Kwh, co2_kg, eur, kwh

TIME, USER = "star.dim_time.time_sk", "star.dim_users.user_sk"


class FactEnergyFlow(Contract):
    """One member's energy in one hour of the community's clock: the sum of its slots.

    An hour in which a member's register entry changes is a row for each entry.
    """

    time_sk: int = column("The hour", references=TIME)
    user_sk: str = column("The member's register entry in the hour", references=USER)
    weather_sk: str = column(
        "The weather of the member's zone in the hour; `unknown` where there is none",
        references="star.dim_weather.weather_sk",
    )
    price_sk: int = column("The prices of the hour; 0 where there are none", references="star.dim_prices.price_sk")
    production_kwh: Kwh = kwh("What the member's panels produced; empty where it is not known", nullable=True)
    consumption_kwh: Kwh = kwh("What the member consumed; empty where no reading covers the hour", nullable=True)
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot", nullable=True)
    surplus_kwh: Kwh = kwh("Production beyond consumption, slot by slot", nullable=True)

    class Config:
        metadata = table("star.fact_energy_flow", key=("time_sk", "user_sk"))


class FactEnergyTransactions(Contract):
    """What one member sold to one other in one slot, as the ledger has it now.

    What was booked and taken back later is not here; `warehouse.fact_energy_transaction` has it.
    """

    time_sk: int = column("The hour that the slot is in", references=TIME)
    seller_sk: str = column("The seller's register entry in the slot, or the last before it", references=USER)
    buyer_sk: str = column("The buyer's register entry in the slot, or the last before it", references=USER)
    energy_kwh: Kwh = kwh("Energy sold")
    transaction_amount_eur: Eur = eur("What the buyer pays the seller")
    distance_km: Annotated[Decimal, 9, 3] = column("Great-circle distance between both, by the register", "km")
    co2_saved_kg: Co2Kg = co2_kg("Carbon dioxide of as much energy from the grid in the slot", nullable=True)

    class Config:
        metadata = table("star.fact_energy_transactions")


class FactMonthlySummary(Contract):
    """One member's settled month on the community's clock: energy, money and carbon dioxide."""

    time_sk: int = column("The month's first hour", references=TIME)
    user_sk: str = column("The member's register entry when the month ended, or the last before", references=USER)
    month_start: date = column("First day of the month on the community's clock")
    consumption_kwh: Kwh = kwh("What the member consumed")
    production_kwh: Kwh = kwh("What the member's panels produced")
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot")
    bought_kwh: Kwh = kwh("What the member bought from neighbours")
    sold_kwh: Kwh = kwh("What the member sold to neighbours")
    grid_import_kwh: Kwh = kwh("What the member drew from the grid, after what was bought")
    grid_export_kwh: Kwh = kwh("What the member fed into the grid, after what was sold")
    revenue_eur: Eur = eur("What neighbours and the grid pay the member")
    cost_eur: Eur = eur("What the member pays neighbours, the community and the grid")
    saving_eur: Eur = eur("What the community saves the member, against the grid alone")
    co2_saved_kg: Co2Kg = co2_kg("Carbon dioxide of as much energy from the grid as the member bought from neighbours")

    class Config:
        metadata = table("star.fact_monthly_summary", key=("time_sk", "user_sk"))
