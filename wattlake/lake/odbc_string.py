"""Connection strings of ODBC, which no text made of them shows whole."""

import re

from wattlake.lake.addresses import LEAST_HIDDEN
from wattlake.lake.secret_text import ShownInPart


class OdbcString(ShownInPart):
    """An ODBC connection string, such as ``Driver={…};Server=…;Database=…;UID=…;PWD=…``.

    Shown are driver, server and database.
    """

    SHOWN = ("driver", "dsn", "server", "servername", "database")

    @property
    def values(self) -> dict[str, str]:
        """Its values by name, in lower case."""
        return _odbc_values(self.get_secret_value())

    @staticmethod
    def shown_of(text: str) -> str | None:
        """Give driver, server and database."""
        return ";".join(f"{name}={value}" for name, value in _odbc_values(text).items() if name in OdbcString.SHOWN)

    def masked(self, text: str) -> str:
        """Mask what opens the database in a text of somebody else's."""
        hidden = [value for name, value in self.values.items() if name not in self.SHOWN and len(value) >= LEAST_HIDDEN]
        for value in sorted({*hidden, *(value.replace("}", "}}") for value in hidden)}, key=len, reverse=True):
            text = text.replace(value, "…")
        return text


def _odbc_values(text: str) -> dict[str, str]:
    """Take a connection string apart; in braces a value may hold semicolons."""
    return {
        match["name"].strip().lower(): match["value"].removeprefix("{").removesuffix("}").replace("}}", "}")
        for match in re.finditer(r"(?P<name>[^=;{}]+)=(?P<value>\{(?:[^}]|\}\})*\}|[^;]*)", text)
    }
