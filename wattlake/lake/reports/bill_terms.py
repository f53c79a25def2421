"""Read what a bill was reckoned by: meters, tariff and the terms of its settlement."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wattlake.lake.sql import Connection, literal

MECHANISMS = {
    "mid_market_rate": "half-way between what the grid charges and pays",
    "supply_demand_ratio": "between what the grid charges and pays, the lower the more there is to sell",
    "bill_sharing": "such that all share what the community saves",
    "static_coefficients": "the community's, for the share that each member has",
    "dynamic_coefficients": "the community's, for a share by what each member consumes",
}


@dataclass(frozen=True)
class BillTerms:
    """What one member's bill of a month was reckoned by.

    Attributes:
        meters: numbers of the meters that the member had in the month.
        tariffs: names of the retail tariffs, where the register says any.
        terms: the settings of the month's last settlement, by name.
    """

    meters: tuple[str, ...]
    tariffs: tuple[str, ...]
    terms: Mapping[str, Any]

    @property
    def vat(self) -> str:
        """Say how much value-added tax is in what the grid charges; empty where there is none."""
        ratio = float(self.terms.get("vat_ratio") or 0)
        fixed = self.terms.get("retail_eur_per_kwh")
        if not ratio:
            return ""
        return "included in the grid's price" if fixed else f"{100 * ratio:g} %, in what the grid charges"

    @property
    def reckoned(self) -> tuple[str, ...]:
        """Say by which prices the bill was reckoned, in sentences."""
        if not self.terms:
            return ()
        return (self._grid_charges(), self._grid_pays(), self._neighbours())

    def _grid_charges(self) -> str:
        if fixed := self.terms.get("retail_eur_per_kwh"):
            return f"The grid charges {_cents(fixed)} ct/kWh, all in."
        markup, levies = (_cents(self.terms[f"retail_{name}_eur_per_kwh"]) for name in ("markup", "levies"))
        vat = float(self.terms.get("vat_ratio") or 0)
        return (
            f"The grid charges the exchange's price of each slot, with {markup} ct of the supplier and {levies} ct of "
            f"levies a kWh, and {100 * vat:g} % VAT."
        )

    def _grid_pays(self) -> str:
        if fixed := self.terms.get("feed_in_eur_per_kwh"):
            return f"The grid pays {_cents(fixed)} ct/kWh."
        return (
            f"The grid pays the exchange's price less {_cents(self.terms['feed_in_deduction_eur_per_kwh'])} ct/kWh, "
            f"and at least {_cents(self.terms['feed_in_floor_eur_per_kwh'])} ct/kWh."
        )

    def _neighbours(self) -> str:
        mechanism = str(self.terms.get("market_mechanism", ""))
        fee = self.terms.get("community_fee_eur_per_kwh") or "0"
        takes = f" The community takes {_cents(fee)} ct/kWh of who buys." if float(fee) else ""
        return f"Neighbours' price is {MECHANISMS.get(mechanism, mechanism)}, slot by slot.{takes}"


def read_terms(connection: Connection, member_id: str, month: date) -> BillTerms:
    """Read what a member's bill of a month was reckoned by."""
    meters = connection.execute(
        f"""
        select distinct unnest([meter_id, production_meter_id]) as meter, tariff
        from warehouse.dim_user
        where user_id = {literal(member_id)}
            and effective_date < {literal(month)} + interval 1 month
            and coalesce(expiration_date > {literal(month)}, true)
        order by all
        """
    ).fetchall()
    row = connection.execute(
        f"""
        select terms from ops.settlement
        where period_start_utc >= {literal(month)} - interval 1 day
            and period_start_utc < {literal(month)} + interval 1 month
        order by period_start_utc desc, settlement_id desc
        limit 1
        """
    ).fetchone()
    return BillTerms(
        tuple(meter for meter, _ in meters if meter),
        tuple(sorted({tariff for _, tariff in meters if tariff})),
        json.loads(row[0]) if row else {},
    )


def _cents(eur: object) -> str:
    return f"{100 * float(str(eur)):,.2f}".rstrip("0").rstrip(".")
