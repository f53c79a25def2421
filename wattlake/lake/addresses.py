"""Addresses that hold credentials, which no text made of them shows.

Text made of one shows where it leads, and never what opens it. ``str``, ``repr``, f-strings, logs, JSON and the errors
of a wrong one hold no login and no query of an address, nor a key or signature of a connection string. What opens it is
had by name only: ``password``, ``get_secret_value()``.
"""

import re
from base64 import b64encode
from urllib.parse import parse_qsl, quote, quote_plus, unquote, unquote_plus

from pydantic import Secret

from wattlake.lake.secret_text import ShownInPart

_AUTHORITY = r"(?:\[[0-9a-f:.%]+\]|[^@:/?#,\s\[\]]*)(?::\d{1,5})?"
_ADDRESS = re.compile(
    rf"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:(?P<login>[^@/?#\s]*)@)?(?P<authority>{_AUTHORITY}(?:,{_AUTHORITY})*)"
    r"(?P<path>/[^@?#\n]*)?(?:\?(?P<query>[^@?#\s]*))?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=://)", re.IGNORECASE)
_LOOKS_LIKE_CREDENTIALS = re.compile(
    r"^[^/]*:.*@|(password|dbname|accountkey|sharedaccess\w*|\bsig|api_?key|token)\s*=", re.IGNORECASE
)
LEAST_HIDDEN = 3
"""The characters that a part must have to be hidden.

Of shorter parts, no text could be freed and still be read.
"""
_PAIR = re.compile(r"(?P<name>\w+)=(?P<value>[^;]*)")


class Address(Secret[str]):
    """A path, or an address such as ``https://user:password@host:port/path?key=secret``.

    Shown is ``https://host:port/path``; a path is shown whole.

    Attributes:
        scheme: such as ``postgresql``, in lower case; empty for a path.
        authority: hosts with their ports.
        path: what follows the hosts, percent-encoded as it was given; or the path.
        user, password: percent-decoded; ``None`` where the address has none.
        query: names and values after the question mark, percent-decoded.
    """

    def __init__(self, secret_value: str) -> None:
        """Take an address apart.

        Raises:
            ValueError: it is neither an address nor a path, or could be read in two ways; its text is not repeated.
        """
        super().__init__(secret_value)
        scheme = _SCHEME.match(secret_value)
        parts = _ADDRESS.fullmatch(secret_value)
        if parts is None and (scheme or "://" in secret_value or _LOOKS_LIKE_CREDENTIALS.search(secret_value)):
            begins = f"`{scheme[0]}://…`" if scheme else "It"
            raise ValueError(
                f"{begins} cannot be read as an address. Write scheme://user:password@host:port/path, and in user and "
                "password `@` as %40, `/` as %2F, `?` as %3F, `#` as %23"
            )
        whole = parts.groupdict("") if parts else {"path": secret_value}
        self.scheme = whole.get("scheme", "").lower()
        self.authority, self.path = whole.get("authority", ""), whole["path"]
        user, has_password, password = whole.get("login", "").partition(":")
        self.user = unquote(user) or None
        self.password = unquote(password) if has_password else None
        self.query = dict(parse_qsl(whole.get("query", ""), keep_blank_values=True))
        self._written = (whole.get("login", ""), whole.get("query", ""))

    def __bool__(self) -> bool:
        """Say whether the address is not empty."""
        return bool(self.get_secret_value())

    def __truediv__(self, path: str) -> "Address":
        """Make the address of what lies below this one, with the same credentials."""
        login, query = self._written
        login, query = (f"{login}@" if login else ""), (f"?{query}" if query else "")
        return Address(f"{self.scheme}://{login}{self.authority}{self.path.rstrip('/')}/{path}{query}")

    def _display(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}" if self.scheme else self.path

    def masked(self, text: str) -> str:
        """Mask this address's credentials in a text of somebody else's.

        Such a text is, for instance, the answer to a request.
        """
        login, query = self._written
        written = {login, *login.split(":", 1), query, *(pair.partition("=")[2] for pair in query.split("&"))}
        plain = written | {unquote(part) for part in written} | {unquote_plus(part) for part in written}
        encoded = {spelt for part in plain for spelt in (quote(part), quote(part, safe=""), quote_plus(part))}
        logins = {login, unquote(login), f"{self.user or ''}:{self.password or ''}"}
        basic = {b64encode(part.encode()).decode() for part in logins}
        for part in sorted(plain | encoded | basic, key=len, reverse=True):
            if len(part) >= LEAST_HIDDEN:
                text = text.replace(part, "…")
        return text


class ConnectionString(ShownInPart):
    """The connection string of an Azure storage account.

    Shown is the account's name or its endpoint.
    """

    EXPECTED = (
        "It is no connection string of a storage account. Copy the whole one from the portal: "
        "DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…, or BlobEndpoint=…;SharedAccessSignature=…"
    )

    @staticmethod
    def shown_of(text: str) -> str | None:
        """Give the account's name, or its endpoint."""
        pairs = [_PAIR.fullmatch(part.strip()) for part in text.split(";") if part.strip()]
        values = {pair["name"].lower(): pair["value"] for pair in pairs if pair}
        endpoint = values.get("blobendpoint", "")
        if None in pairs or not ("accountname" in values or endpoint) or re.search("[@?]", endpoint):
            return None
        return f"AccountName={values['accountname']}" if "accountname" in values else f"BlobEndpoint={endpoint}"
