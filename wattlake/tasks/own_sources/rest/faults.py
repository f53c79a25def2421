"""What of a description of a REST service does not go together, a sentence each."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from wattlake.lake import project
from wattlake.tasks.own_sources.environment import VARIABLE
from wattlake.tasks.own_sources.rest.keys import Cursor, Next, OAuth2, RestKeys
from wattlake.tasks.own_sources.rest.templates import DAYS, KNOWN, fault_of_days, names_in


def faults_of(keys: RestKeys, name: str) -> Iterator[str]:
    """Say each fault of a description, with the key.

    Args:
        keys: of the file.
        name: of the source.
    """
    yield from _of_address("url", keys.url)
    if isinstance(keys.auth, OAuth2):
        yield from _of_address("auth.token_url", keys.auth.token_url)
    yield from _of_places(keys)
    yield from _of_days(keys)
    yield from _of_the_table(keys, name)
    if isinstance(keys.paging, Cursor | Next) and keys.paging.path and keys.rows.format != "json":
        yield f"`paging.path` is a path of JSON, but `rows.format` is {keys.rows.format}"


def _of_address(key: str, url: str) -> Iterator[str]:
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or not address.netloc:
        yield f"`{key}` is `{url}`; expected is an address with http:// or https:// and a host"
    elif "@" in address.netloc:
        yield f"`{key}` holds a login. Put it into `auth`, and its secret into the environment or .env"
    elif key == "url" and VARIABLE.search(address.netloc + address.path):
        yield "`url` has a variable in its path, where it would be shown; `params`, `headers` and `auth` may have some"


def _of_places(keys: RestKeys) -> Iterator[str]:
    names = [frozenset(entry) for entry in keys.each]
    if len(set(names)) > 1:
        yield "the entries of `each` have different names; give each entry the same ones"
    known = KNOWN.union(*names)
    texts = {"url": keys.url} | {
        f"{key}.{name}": text
        for key, part in (("params", keys.params), ("headers", keys.headers), ("rows.constants", keys.rows.constants))
        for name, text in part.items()
    }
    for key, text in texts.items():
        if strange := sorted(names_in(text) - known):
            yield f"`{key}` has {{{strange[0]}}}, which nothing gives; there are {', '.join(sorted(known))}"
    if taken := sorted(frozenset().union(*names) & KNOWN):
        yield f"`each` has `{taken[0]}`, which stands for something else already; give it another name"


def _of_days(keys: RestKeys) -> Iterator[str]:
    address = urlsplit(keys.url)
    parts = [("url", part) for part in (*address.path.split("/"), *address.query.split("&"))]
    parts += [(f"params.{name}", text) for name, text in keys.params.items()]
    for key, part in parts:
        if fault := fault_of_days(part):
            yield f"`{key}` {fault}"
    if keys.final_after_days is not None and not names_in(*(text for _, text in parts)) & DAYS:
        yield "`final_after_days` goes with {from} and {to}: which days does a question ask for?"


def _of_the_table(keys: RestKeys, name: str) -> Iterator[str]:
    """Say where the rows would go to no table, or to several."""
    own = {"columns"} if keys.columns else set()
    own |= {path.suffix for path in project.files("models/bronze", ".toml", ".py") if path.stem == name}
    given = [key for key in ("to", "mapping") if getattr(keys, key)]
    if own and given:
        yield f"give one of `{given[0]}` and `columns`: rows are mapped, or have a table of their own"
    elif not own and not given:
        yield "says of no table for its rows; give `mapping`, `to`, or the `columns` of a table of their own"
    elif len(given) > 1:
        yield "give one of `to` and `mapping`: a mapping says itself what its rows are of"
    if keys.columns:
        strange = {*keys.rows.columns, *keys.rows.constants} - {*keys.columns}
        yield from (f"`rows` has the column `{each}`, which `columns` does not describe" for each in sorted(strange))
