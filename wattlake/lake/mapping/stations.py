"""A mapping of a weather station's files: which column holds what, in which unit."""

from decimal import Decimal
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from wattlake.lake.mapping.part import Part
from wattlake.lake.mapping.timed import TimedColumns, TimedMapping, time_parameters

CELSIUS = {
    "°C": (Decimal(1), Decimal(0)),
    "K": (Decimal(1), Decimal("-273.15")),
    "°F": (Decimal(5) / 9, -Decimal(160) / 9),
}
M_PER_S = {"m/s": Decimal(1), "km/h": 1 / Decimal("3.6"), "kn": Decimal(1852) / 3600, "mph": Decimal("0.44704")}
W_PER_M2 = {"W/m²": Decimal(1), "kW/m²": Decimal(1000)}
PCT = {"%": Decimal(1), "ratio": Decimal(100), "oktas": Decimal("12.5")}
MM = {"mm": Decimal(1), "in": Decimal("25.4")}


class StationColumns(TimedColumns):
    """The columns of a weather station's file, by what they hold."""

    zone: str | None = None
    temperature: str | None = None
    humidity: str | None = None
    cloud_cover: str | None = None
    precipitation: str | None = None
    wind: str | None = None
    irradiance: str | None = None
    direct_irradiance: str | None = None
    diffuse_irradiance: str | None = None


class Weather(Part):
    """The units of the numbers in a weather station's file."""

    temperature_unit: Literal["°C", "K", "°F"] = "°C"
    humidity_unit: Literal["%", "ratio"] = "%"
    cloud_cover_unit: Literal["%", "ratio", "oktas"] = "%"
    precipitation_unit: Literal["mm", "in"] = "mm"
    wind_unit: Literal["m/s", "km/h", "kn", "mph"] = "m/s"
    irradiance_unit: Literal["W/m²", "kW/m²"] = "W/m²"
    decimal: Literal[".", ","] = "."

    @property
    def conversions(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Give the factor and the offset of each quantity, to the units of the own layout."""
        none = Decimal(0)
        irradiance = (W_PER_M2[self.irradiance_unit], none)
        return {
            "temperature": CELSIUS[self.temperature_unit],
            "humidity": (PCT[self.humidity_unit], none),
            "cloud_cover": (PCT[self.cloud_cover_unit], none),
            "precipitation": (MM[self.precipitation_unit], none),
            "wind": (M_PER_S[self.wind_unit], none),
            **dict.fromkeys(("irradiance", "direct_irradiance", "diffuse_irradiance"), irradiance),
        }


class StationMapping(TimedMapping):
    """A mapping of a weather station's files: says how to read those of one kind."""

    SOURCE: ClassVar[str] = "weather"
    TABLE: ClassVar[str] = "silver.weather_station"
    OWNER: ClassVar[str] = "zone"

    columns: StationColumns
    weather: Weather

    @model_validator(mode="after")
    def _that_goes_together(self) -> Self:
        if not any(getattr(self.columns, quantity) for quantity in self.weather.conversions):
            raise ValueError(f"`columns`: give one of `{'`, `'.join(self.weather.conversions)}` at least")
        if self.time.period_minutes is None:
            raise ValueError("`time.period_minutes` is missing: how many minutes is an interval?")
        return self

    @property
    def owner_column(self) -> str | None:
        """Give the column that says which zone a row is of."""
        return self.columns.zone

    @property
    def decimal_mark(self) -> str:
        """Give the decimal mark of the numbers."""
        return self.weather.decimal


def station_parameters(mapping: StationMapping) -> dict[str, object]:
    """Give the parameters that mappings of weather stations have alone."""
    parameters = time_parameters(mapping)
    for quantity, (factor, offset) in mapping.weather.conversions.items():
        parameters[f"{quantity}_column"] = getattr(mapping.columns, quantity)
        parameters[f"{quantity}_factor"], parameters[f"{quantity}_offset"] = float(factor), float(offset)
    return parameters
