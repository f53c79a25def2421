"""Read the address of a database; what opens it comes from the environment."""

import re
from pathlib import Path
from urllib.parse import quote

from wattlake.lake import project
from wattlake.lake.addresses import Address
from wattlake.lake.odbc_string import OdbcString
from wattlake.lake.project import shown
from wattlake.tasks.own_sources import OwnSourceError
from wattlake.tasks.own_sources.environment import VARIABLE, filled, variable

ODBC = "odbc:"
SYSTEMS = {
    **dict.fromkeys(("postgresql", "postgres"), "postgresql"),
    **dict.fromkeys(("mysql", "mariadb"), "mysql"),
    "sqlite": "sqlite",
}
"""The systems by the schemes of their addresses."""
ADDRESSES = "postgresql://, mysql://, mariadb://, sqlite: and a path, or odbc: and a connection string"
PASSWORD = re.compile(r"^[a-z]+://[^/@:]*:(?P<url>[^@]*)@|[?&](?:password|sslpassword)=(?P<query>[^&]*)", re.IGNORECASE)
PASSWORD_OF_ODBC = re.compile(r"(?:pwd|password)\s*=\s*(?P<odbc>[^;]*)", re.IGNORECASE)


def fault_of_password(address: str) -> str | None:
    """Say what is wrong with an address that holds a password itself; nothing where none does."""
    pattern = PASSWORD_OF_ODBC if address.startswith(ODBC) else PASSWORD
    for match in pattern.finditer(address):
        password = next((value for value in match.groupdict().values() if value), "")
        if password and not VARIABLE.fullmatch(password):
            return "holds a password. Put it into the environment or .env, and here its name: $METERS_PASSWORD"
    return None


def read_address(address: str, address_env: str, file: Path) -> tuple[str, Address | OdbcString]:
    """Read an address, or the one that a variable holds; give the system with it.

    Raises:
        OwnSourceError: it is none, or a variable is not set.
    """
    key = "address" if address else "address_env"
    try:
        # A variable that is all of the address holds an address, as ``address_env`` does, and no part of one.
        written = filled(address) if VARIABLE.fullmatch(address) else address or variable(address_env)
        if written.startswith(ODBC):
            return "odbc", OdbcString(filled(written.removeprefix(ODBC), _in_braces))
        if written.startswith("sqlite:"):
            return "sqlite", Address(str(project.PROJECT / Path(filled(written.removeprefix("sqlite:"))).expanduser()))
        at = Address(filled(written, lambda value: quote(value, safe="")))
    except (LookupError, ValueError) as error:
        raise OwnSourceError(f"{shown(file)}: `{key}`: {error.args[0]}.") from None
    if at.scheme not in SYSTEMS:
        raise OwnSourceError(f"{shown(file)}: `{key}` begins with `{at.scheme or '…'}`; expected is {ADDRESSES}.")
    return SYSTEMS[at.scheme], at


def _in_braces(value: str) -> str:
    """Write a value of an ODBC connection string so that it ends where it should."""
    return "{" + value.replace("}", "}}") + "}" if re.search(r"[;{}=\s]", value) else value
