"""What opens a described service: a part of its address, a header, or tokens."""

from urllib.parse import quote, urlencode

from pydantic import SecretStr

from wattlake.lake.addresses import Address
from wattlake.tasks.own_sources import environment
from wattlake.tasks.own_sources.rest.keys import Basic, Bearer, Key, OAuth2, RestKeys
from wattlake.tasks.sources.base import Login


def opened(base: Address, path: str, hidden: dict[str, str], keys: RestKeys) -> Address:
    """Put path, and what opens the service and is never shown, into its address."""
    auth, query = keys.auth, base.query | hidden
    user, password = base.user, base.password
    if isinstance(auth, Key) and auth.query:
        query |= {auth.query: environment.filled(auth.value)}
    if isinstance(auth, Basic):
        user, password = environment.filled(auth.user), environment.filled(auth.password)
    its_login = "" if user is None else f"{quote(user, safe='')}:{quote(password or '', safe='')}@"
    ending = f"?{urlencode(query)}" if query else ""
    return Address(f"{base.scheme}://{its_login}{base.authority}{base.path.rstrip('/')}/{path}{ending}")


def header(keys: RestKeys) -> dict[str, SecretStr]:
    """Give the header that opens a service, by its name, if one does."""
    if isinstance(keys.auth, Key) and keys.auth.header:
        return {keys.auth.header: SecretStr(environment.filled(keys.auth.value))}
    if isinstance(keys.auth, Bearer):
        return {"Authorization": SecretStr(f"Bearer {environment.filled(keys.auth.token)}")}
    return {}


def login(keys: RestKeys) -> Login | None:
    """Give the client whose tokens open a service, if they do."""
    auth = keys.auth
    if not isinstance(auth, OAuth2):
        return None
    fields = {"scope": auth.scope, "audience": auth.audience}
    return Login(
        Address(environment.filled(auth.token_url)),
        SecretStr(environment.filled(auth.client_id)),
        SecretStr(environment.filled(auth.client_secret)),
        tuple((key, value) for key, value in fields.items() if value),
        is_in_form=auth.send == "form",
    )
