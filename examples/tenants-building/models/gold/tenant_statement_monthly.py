"""What a flat owes for a month: a contract as a class, which says the same as one in TOML."""

from datetime import date

from wattlake.lake.contracts.base import Contract, column, table
from wattlake.lake.contracts.promises import Rule
from wattlake.lake.contracts.units import Eur, Kwh, eur, kwh


class TenantStatementMonthly(Contract):
    """What one flat owes for one month of the community's clock."""

    member_id: str = column("Tenant of the flat", references="gold.member_version.member_id")
    local_month: date = column("First day of the month")
    zone: str = column("The building")
    solar_kwh: Kwh = kwh("What the roof gave")
    grid_kwh: Kwh = kwh("What the grid gave")
    solar_eur: Eur = eur("What the roof's energy costs, in whole cents")
    grid_eur: Eur = eur("What the grid's energy costs, in whole cents")
    fee_eur: Eur = eur("The fixed fee of the month")
    total_eur: Eur = eur("What the flat owes")

    class Config:
        metadata = table(
            "gold.tenant_statement_monthly",
            key=("member_id", "local_month", "zone"),
            rules=(Rule("the total is the sum of its lines", "total_eur = solar_eur + grid_eur + fee_eur"),),
        )
