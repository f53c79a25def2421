"""The settings of the stream: ``WATTLAKE_STREAM__…`` say which broker, which topics and how large a batch."""

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_settings import BaseSettings

from wattlake.lake.addresses import Address
from wattlake.lake.project import in_project
from wattlake.lake.secret_text import ShownInPart

SCHEMES = ("kafka", "kafkas", "mqtt", "mqtts")
"""Of a broker's address; those that end in ``s`` speak TLS."""

_EVENT_HUBS = re.compile(r"(?i)^Endpoint=sb://(?P<host>[\w.-]+\.[\w.-]+)/?;.*SharedAccessKey=[^;]+")


class EventHubsString(ShownInPart):
    """The connection string of an Azure Event Hubs namespace; shown is its host."""

    EXPECTED = (
        "It is no connection string of an Event Hubs namespace. Copy the whole one from the portal: "
        "Endpoint=sb://…servicebus.windows.net/;SharedAccessKeyName=…;SharedAccessKey=…"
    )

    @property
    def host(self) -> str:
        """The host of the namespace, such as ``community.servicebus.windows.net``."""
        return self._shown.removeprefix("Endpoint=sb://").removesuffix("/")

    @staticmethod
    def shown_of(text: str) -> str | None:
        """Give the endpoint."""
        match = _EVENT_HUBS.match(text)
        return f"Endpoint=sb://{match['host']}/" if match else None


class Topics(BaseModel):
    """The broker's topics, by what they hold; several are separated by commas, none is left empty."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, extra="forbid")

    energy_meters: str = Field("energy-meters", description="Topics whose messages are readings of meters")
    spot_prices: str = Field("", description="Topics whose messages are prices of the day-ahead market")
    weather_alerts: str = Field("", description="Topics whose messages are warnings of the weather")
    dashboard_updates: str = Field("", description="The topic to which sums of windows are published")
    anomalies: str = Field("", description="The topic to which alerts are published")

    def named(self, kind: str) -> list[str]:
        """Name the topics of a kind."""
        return [name.strip() for name in str(getattr(self, kind)).split(",") if name.strip()]

    @property
    def read(self) -> list[str]:
        """The topics that are read, each once."""
        kinds = ("energy_meters", "spot_prices", "weather_alerts")
        return list(dict.fromkeys(name for kind in kinds for name in self.named(kind)))

    @property
    def published(self) -> list[str]:
        """The topics to which is published."""
        return list(dict.fromkeys([*self.named("dashboard_updates"), *self.named("anomalies")]))


class Stream(BaseModel):
    """One broker, its topics, and how its messages are taken into the lake."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, extra="forbid")

    broker: Address = Field(
        Address(""),
        description="kafka://host:9092,host:9092 or mqtt://user:password@host:1883; with TLS kafkas:// or mqtts://",
    )
    event_hubs: EventHubsString | None = Field(
        None, description="Connection string of an Azure Event Hubs namespace, in place of a broker"
    )
    ca: Path | None = Field(None, description="PEM file of the authority that signed the broker's certificate")
    certificate: Path | None = Field(None, description="PEM file of our certificate, where the broker asks for one")
    key: Path | None = Field(None, description="PEM file of the key of our certificate")
    sasl: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "PLAIN", description="How a Kafka broker takes user and password"
    )
    mqtt_version: Literal["5", "3.1.1"] = Field("5", description="The protocol that an MQTT broker speaks")
    forms: dict[str, str] = Field(
        default_factory=dict,
        description="The form of messages by topic, where it is not recognised: a name of docs/gateways.md",
    )
    name: str = Field(
        "meters", pattern=r"^[a-z][a-z0-9_-]{0,62}$", description="The stream's name: under it offsets are stored"
    )
    topics: Topics = Topics()
    batch_seconds: float = Field(1.5, gt=0, le=60, description="How long messages are gathered for a commit, s")
    batch_messages: int = Field(250_000, ge=1, le=1_000_000, description="How many messages a commit takes at most")
    maintenance_minutes: float = Field(5, gt=0, description="How often small files are merged, minutes")
    snapshot_minutes: float = Field(5, ge=0, description="How long a commit's snapshot is kept, minutes")
    retention_minutes: float = Field(
        60, ge=0, description="How long a file that nothing needs is kept for who may be reading it, minutes"
    )

    @field_validator("broker")
    @classmethod
    def _is_an_address(cls, address: Address) -> Address:
        if address and not (address.scheme in SCHEMES and address.authority):
            raise ValueError("It is no broker's address. Give kafka://, kafkas://, mqtt:// or mqtts://, host and port")
        return address

    @field_validator("ca", "certificate", "key")
    @classmethod
    def _from_the_project_on(cls, path: Path | None) -> Path | None:
        return path and in_project(path.expanduser())

    @model_validator(mode="after")
    def _is_one(self) -> "Stream":
        if self.broker and self.event_hubs:
            raise ValueError("Both a broker and Event Hubs are named. Name one; the other is another stream's")
        if (self.certificate is None) != (self.key is None):
            raise ValueError("A certificate needs its key, and a key its certificate. Name both")
        return self

    @property
    def speaks_mqtt(self) -> bool:
        """Say whether the broker is one of MQTT; otherwise it is one of Kafka."""
        return self.broker.scheme in ("mqtt", "mqtts")

    def __bool__(self) -> bool:
        """Say whether there is a broker to be read."""
        return bool(self.broker or self.event_hubs)


class StreamSettings(BaseSettings):
    """The setting ``stream`` of a lake."""

    stream: Stream = Stream()
