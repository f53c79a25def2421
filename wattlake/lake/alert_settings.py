"""The setting of the addresses that alerts are sent to: ``WATTLAKE_ALERT__NAME``."""

import re

from pydantic import Field
from pydantic_settings import BaseSettings

from wattlake.lake.secret_text import ShownInPart

_SCHEME = re.compile(r"(?i)^([a-z][a-z0-9+.-]*)://\S+$")


class AlertAddress(ShownInPart):
    """An address as apprise writes it, such as ``mailto://user:password@host``.

    Shown is its scheme alone.
    """

    EXPECTED = "It is no address to send alerts to. Give one as apprise writes it: mailto://…, ntfys://…, jsons://…"

    @staticmethod
    def shown_of(text: str) -> str | None:
        """Give the scheme."""
        match = _SCHEME.match(text)
        return f"{match[1].lower()}://…" if match else None


class AlertSettings(BaseSettings):
    """The addresses to which alerts of streams are sent."""

    alert: dict[str, AlertAddress] = Field(
        default_factory=dict, description="Addresses that alerts are sent to by apprise, each under a name of its own"
    )
