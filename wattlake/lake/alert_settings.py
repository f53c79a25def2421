"""The setting of the addresses that alerts are sent to: ``WATTLAKE_ALERT__NAME``."""

import re

from pydantic import Field, Secret
from pydantic_settings import BaseSettings

_SCHEME = re.compile(r"(?i)^([a-z][a-z0-9+.-]*)://\S+$")


class AlertAddress(Secret[str]):
    """An address as apprise writes it, such as ``mailto://user:password@host``.

    Shown is its scheme alone.
    """

    def __init__(self, secret_value: str) -> None:
        """Take an address.

        Raises:
            ValueError: it is none; its text is not repeated.
        """
        super().__init__(secret_value)
        match = _SCHEME.match(secret_value)
        if match is None:
            raise ValueError(
                "It is no address to send alerts to. Give one as apprise writes it: mailto://…, ntfys://…, jsons://…"
            )
        self.scheme = match[1].lower()

    def _display(self) -> str:
        return f"{self.scheme}://…"


class AlertSettings(BaseSettings):
    """The addresses to which alerts of streams are sent."""

    alert: dict[str, AlertAddress] = Field(
        default_factory=dict, description="Addresses that alerts are sent to by apprise, each under a name of its own"
    )
