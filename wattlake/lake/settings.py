"""The settings of Wattlake: ``WATTLAKE_…`` in the environment or the project's ``.env``."""

import re
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import SettingsConfigDict

from wattlake.lake.addresses import Address, ConnectionString
from wattlake.lake.alert_settings import AlertSettings
from wattlake.lake.community_settings import CommunitySettings
from wattlake.lake.forecast_settings import ForecastSettings
from wattlake.lake.project import FILE_SYSTEMS
from wattlake.lake.project import PROJECT as PROJECT
from wattlake.lake.project import in_project as in_project
from wattlake.lake.stream_settings import StreamSettings
from wattlake.lake.usual_bounds import UsualBounds
from wattlake.lake.wrong_settings import sentences

timezones = cache(available_timezones)
"""The IANA names, cached: listing them walks a folder, and each page reads the settings."""

Eur = Annotated[Decimal, Field(ge=-100, le=100, max_digits=12, decimal_places=6, allow_inf_nan=False)]
"""Money as an exact decimal."""

INBOXES = ("smart_meters", "members", "inverters")
PLACES = ("data", "catalog", "url", "azure_connection_string", "inbox", "stream", "alert", *INBOXES)
"""Settings that may hold credentials, or where somebody may have put them by mistake."""

# Bounds beside a field's default do not override those of its type, so these are types of their own.
NotNegativeEur = Annotated[Decimal, Field(ge=0, le=100, max_digits=12, decimal_places=6, allow_inf_nan=False)]
Power = Annotated[Decimal, Field(gt=0, le=100_000, max_digits=9, decimal_places=3, allow_inf_nan=False)]
Ratio = Annotated[Decimal, Field(ge=0, le=1, max_digits=9, decimal_places=6, allow_inf_nan=False)]


class WrongSettingError(RuntimeError):
    """A setting has a value that it cannot have; no address and no credential is repeated."""


class Settings(CommunitySettings, ForecastSettings, UsualBounds, StreamSettings, AlertSettings):
    """The settings of one lake and its community. Relative paths start at the project's folder."""

    model_config = SettingsConfigDict(
        env_prefix="WATTLAKE_",
        env_file=PROJECT / ".env",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data: str = Field("data", description="Where the lake's files are: a folder, or az://container/prefix")
    catalog: Address = Field(
        Address(""),
        description="The catalog: a SQLite file (by default with the data, or in data/) or a postgresql:// address",
    )
    azure_connection_string: ConnectionString | None = Field(None, description="That of the storage account")
    smart_meters: str = Field("inbox/smart_meters", description="Meter files: a CSV file or a folder of them")
    members: str = Field("inbox/members", description="The community's register: a file or a folder of them")
    inverters: str = Field(
        "inbox/inverters", description="Plant data and the register of panels: a CSV file or a folder of them"
    )
    inbox: dict[str, str] = Field(
        default_factory=dict, description="Files of other sources, by source: a CSV file or a folder of them"
    )
    plants_timezone: str = Field("UTC", description="The zone whose clock plant files without a mapping show")
    url: dict[str, Address] = Field(
        default_factory=dict,
        description="Base addresses of the APIs, where not the real ones; may hold a login, or a key after `?`",
    )
    slot_minutes: Annotated[Literal[15, 30, 60], BeforeValidator(int)] = Field(
        60, description="Length of the community's slots, min"
    )
    connection_kw: Power | None = Field(None, description="What connections carry where the register is silent, kW")
    anomaly_spike_mads: float = Field(20, gt=0, description="A spike is so many median absolute deviations out of line")
    anomaly_least_mad_w: float = Field(50, gt=0, description="The least deviation that is counted with, W")
    anomaly_quantile: float = Field(
        0.999, ge=0.5, le=1, description="Consumption is unlikely beyond this quantile of the month before"
    )
    flat_line_hours: int = Field(12, ge=2, le=24, description="Equal consumption for this long is a flat line, h")
    market_mechanism: Literal[
        "mid_market_rate", "supply_demand_ratio", "bill_sharing", "static_coefficients", "dynamic_coefficients"
    ] = Field("mid_market_rate", description="How the community settles what its members trade")
    community_fee_eur_per_kwh: NotNegativeEur = Field(
        Decimal(0), description="What a buyer pays the community for energy bought from neighbours, EUR/kWh"
    )
    shared_price_eur_per_kwh: Eur | None = Field(
        None, description="The community's price where coefficients share energy, EUR/kWh; by default half-way"
    )
    retail_eur_per_kwh: Eur | None = Field(
        None, description="What the grid charges, all in, EUR/kWh; by default it follows the spot price"
    )
    retail_markup_eur_per_kwh: Eur = Field(
        Decimal("0.02"), description="What the supplier adds to the spot price, EUR/kWh before VAT"
    )
    retail_levies_eur_per_kwh: Eur = Field(
        Decimal("0.14"), description="Network charges and levies, EUR/kWh before VAT"
    )
    vat_ratio: Ratio = Field(Decimal("0.19"), description="Value-added tax on what the grid charges; 0.19 is 19 %")
    peak_eur_per_kwh: Eur = Field(
        Decimal(0), description="What a time-of-use tariff adds in peak hours of working days, EUR/kWh with VAT"
    )
    peak_hours: list[Annotated[int, Field(ge=0, le=23)]] = Field(
        [17, 18, 19, 20], description="The peak hours, on the community's clock"
    )
    feed_in_eur_per_kwh: Eur | None = Field(
        None, description="What the grid pays for what is fed in, EUR/kWh; by default it follows the spot price"
    )
    feed_in_deduction_eur_per_kwh: NotNegativeEur = Field(
        Decimal("0.005"), description="What the buyer of what is fed in keeps of the spot price, EUR/kWh"
    )
    feed_in_floor_eur_per_kwh: Eur = Field(Decimal(0), description="The least the grid pays for feed-in, EUR/kWh")
    carbon_gco2_per_kwh: Annotated[Decimal, Field(max_digits=5, decimal_places=1)] = Field(
        Decimal(380), ge=0, description="Carbon dioxide of the grid's electricity where it is not known, gCO2/kWh"
    )
    car_gco2_per_km: Annotated[Decimal, Field(max_digits=5, decimal_places=1)] = Field(
        Decimal("248.5"),
        gt=0,
        description="Carbon dioxide of a kilometre by car, gCO2/km (400 g a mile: US EPA, EPA-420-F-23-014, 2023)",
    )
    tree_kg_co2_per_year: Annotated[Decimal, Field(max_digits=5, decimal_places=1)] = Field(
        Decimal(22),
        gt=0,
        description="Carbon dioxide a grown tree takes up in a year, kg (European Environment Agency, 2012)",
    )
    panel_power_per_celsius: float = Field(
        -0.004, ge=-0.02, le=0, description="What a panel's power changes by per °C above 25, as a share"
    )
    reference_performance_ratio: float = Field(
        0.85, gt=0.3, le=1, description="What a panel in order gives of its size, light and temperature considered"
    )
    fleet_daylight_w_per_m2: float = Field(100, ge=1, le=1000, description="Daylight, as far as panels count, W/m²")
    fleet_least_peers: int = Field(3, ge=2, description="Fewer panels of a plant are no peers to be compared with")
    fleet_silent_minutes: int = Field(120, ge=15, description="A panel without output for so long by day is dead, min")
    fleet_stuck_minutes: int = Field(120, ge=15, description="One reading for so long by day is stuck, min")
    fleet_tripped_minutes: int = Field(30, ge=1, description="Without output for so long between two is a trip, min")
    fleet_gap_ratio: float = Field(0.1, gt=0, le=1, description="Missing this share of a day's readings is a gap")
    fleet_clock_minutes: int = Field(25, ge=5, description="A day that begins and ends so much off is a wrong clock")
    fleet_shaded_ratio: float = Field(
        0.85,
        gt=0,
        lt=1,
        description="An afternoon below this share of the peers', with a morning like theirs, is shaded",
    )
    fleet_degraded_ratio: float = Field(
        0.95, gt=0, lt=1, description="A panel that gives less than this share of its peers is degraded"
    )
    fleet_eur_per_kwh: Annotated[Decimal, Field(max_digits=9, decimal_places=6)] = Field(
        Decimal("0.08"), ge=0, le=100, description="What a kWh of the fleet earns, EUR/kWh"
    )
    memory_limit: str = Field(
        "3GB",
        pattern=r"(?i)^\d+(\.\d+)? *([KMGT]i?)?B$",
        description="What DuckDB may hold in memory; beyond it, it writes to disk",
    )
    threads: int = Field(0, ge=0, description="Threads of DuckDB; 0 takes every core")
    retention_days: int = Field(7, ge=1, le=36_500, description="How far `--as-of` can go back, days")
    files_for: Literal["owner", "group"] = Field(
        "owner", description="Whom the lake's files are made for: their owner alone, or a group that may read, too"
    )
    log_format: Literal["text", "json"] = Field("text", description="Log lines for people or for machines")

    @model_validator(mode="wrap")
    @classmethod
    def _told_in_a_sentence(cls, values: Any, handler: ModelWrapValidatorHandler["Settings"]) -> "Settings":  # noqa: ANN401
        try:
            return handler(values)
        except ValidationError as error:
            raise WrongSettingError(f"A setting is wrong. {sentences(error, hidden=PLACES)}.") from None

    @field_validator("data", *INBOXES)
    @classmethod
    def _place(cls, value: str, info: ValidationInfo) -> str:
        return _without_credentials(value, schemes=("az",) if info.field_name == "data" else FILE_SYSTEMS)

    @field_validator("inbox")
    @classmethod
    def _inboxes(cls, paths: dict[str, str]) -> dict[str, str]:
        return {name: _without_credentials(path, schemes=FILE_SYSTEMS) for name, path in paths.items()}

    @field_validator("catalog")
    @classmethod
    def _catalog(cls, address: Address) -> Address:
        hidden = [name for name in address.query if name != "password" and re.search("password|secret", name)]
        if hidden:
            raise ValueError(f"An address with `{hidden[0]}` cannot be used. Name a file in its place (libpq has one)")
        return _place(address, schemes=("postgresql", "postgres"))

    @field_validator("url")
    @classmethod
    def _services(cls, addresses: dict[str, Address]) -> dict[str, Address]:
        for name, address in addresses.items():
            if address.scheme not in ("http", "https") or not address.authority:
                raise ValueError(f"That of `{name}` is no address to ask. Give http:// or https:// and a host")
        return addresses

    @field_validator("timezone", "plants_timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        if value not in timezones():
            raise ValueError(f"`{value}` is no time zone. Give one by its IANA name, such as Europe/London")
        return value

    def elsewhere(self, data: str, catalog: str = "") -> "Settings":
        """Copy the settings for a lake, an archive or a backup at another place."""
        return type(self).model_validate(self.model_dump() | {"data": data, "catalog": catalog})

    @cached_property
    def is_remote(self) -> bool:
        """Say whether the data are on Azure Blob."""
        return self.data.startswith("az://")

    @cached_property
    def is_postgres(self) -> bool:
        """Say whether the catalog is a PostgreSQL database."""
        return bool(self.catalog.scheme)

    @cached_property
    def local_folder(self) -> Path:
        """This machine's folder for the lake: its data's, or beside a remote lake its catalog's."""
        if not self.is_remote:
            return Path(self.data)
        if self.is_postgres:
            return Path(gettempdir()) / "wattlake"
        if self.catalog:
            return Path(str(self.catalog)).parent
        return in_project(Path("data", re.sub(r"\W+", "-", self.data)))

    @cached_property
    def catalog_file(self) -> Path:
        """The file of the SQLite catalog, where the lake has one."""
        return Path(str(self.catalog)) if self.catalog else self.local_folder / "catalog.sqlite"


def _without_credentials(value: str, *, schemes: tuple[str, ...]) -> str:
    """Accept a place of files whose address holds nothing that opens it."""
    address = _place(Address(value), schemes=schemes)
    if str(address) != address.get_secret_value():
        raise ValueError("The address of the data holds no credentials: WATTLAKE_AZURE_CONNECTION_STRING does")
    return str(address).rstrip("/") if address.scheme else str(address)


def _place(address: Address, *, schemes: tuple[str, ...]) -> Address:
    """Accept an address with one of the schemes; take a path from the project's folder on."""
    if address.scheme in schemes:
        return address
    if address.scheme:
        expected = " or ".join([*(f"{scheme}://" for scheme in schemes), "a path"])
        raise ValueError(f"`{address.scheme}://…` is no address this can be at. Give {expected}")
    return Address(str(in_project(Path(address.path).expanduser())) if address.path else "")
