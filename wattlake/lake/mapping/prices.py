"""A mapping of files of prices: a utility's tariff sheet, or an exchange's day-ahead prices."""

from typing import ClassVar, Literal

from wattlake.lake.mapping.part import Part
from wattlake.lake.mapping.timed import TimedColumns, TimedMapping, time_parameters


class PriceColumns(TimedColumns):
    """The columns of a file of prices, by what they hold."""

    price: str
    bidding_zone: str | None = None


class Price(Part):
    """The meaning of the numbers in a file of prices."""

    unit: Literal["EUR/MWh", "EUR/kWh", "ct/kWh"]
    decimal: Literal[".", ","] = "."


class PriceMapping(TimedMapping):
    """A mapping of files of prices: says how to read those of one kind."""

    SOURCE: ClassVar[str] = "prices"
    TABLE: ClassVar[str] = "silver.listed_price"
    OWNER: ClassVar[str] = "bidding_zone"

    columns: PriceColumns
    price: Price

    @property
    def owner_column(self) -> str | None:
        """Give the column that says which zone a price is of."""
        return self.columns.bidding_zone

    @property
    def decimal_mark(self) -> str:
        """Give the decimal mark of the numbers."""
        return self.price.decimal


def price_parameters(mapping: PriceMapping) -> dict[str, object]:
    """Give the parameters that mappings of prices have alone."""
    own = {"price_column": mapping.columns.price, "price_unit": mapping.price.unit}
    return time_parameters(mapping) | own
