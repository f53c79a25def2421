"""The base of a mapping's tables, and the checks that several of them share."""

import re
from collections.abc import Sequence

import duckdb
from pydantic import BaseModel, ConfigDict

from wattlake.lake.settings import timezones


class Part(BaseModel):
    """Keys of a mapping that belong together; one it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def expect_one(part: Part, *keys: str) -> None:
    """Expect that one of some keys is given, and only one.

    Raises:
        ValueError: none is, or several are.
    """
    given = [key for key in keys if getattr(part, key) is not None]
    if len(given) != 1:
        raise ValueError(f"give one of `{'`, `'.join(keys)}`; here are {' and '.join(given) or 'none'}")


def pattern_with_one_group(value: str | None, found: str) -> str | None:
    """Check a regular expression that finds something in a file's name.

    Raises:
        ValueError: it is none, or has not one group.
    """
    try:
        expect_accepted("select regexp_extract('', ?, 1)", value or "()")
        groups = re.compile(value or "()").groups
    except (duckdb.Error, re.error) as error:
        raise ValueError(f"`{value}` is no regular expression ({error})") from error
    if groups != 1:
        raise ValueError(f"`{value}` has {groups} groups; put what is {found}, and only that, in ( )")
    return value


def known_zone(value: str | None) -> str | None:
    """Check the name of a time zone.

    Raises:
        ValueError: there is no such zone.
    """
    if value is not None and value not in timezones():
        raise ValueError(f"`{value}` is no time zone. Give UTC, or an IANA name such as Europe/Berlin")
    return value


def expect_different(key: str, texts: Sequence[str]) -> None:
    """Expect texts of a list that are not blank and different.

    Raises:
        ValueError: there is none, one is blank, or one comes twice.
    """
    twice = [text for text in dict.fromkeys(texts) if texts.count(text) > 1]
    if not texts or any(not text.strip() for text in texts):
        raise ValueError(f"`{key}` is a list of texts that are not blank; give one at least")
    if twice:
        raise ValueError(f"`{key}` has `{twice[0]}` twice; give each once")


def expect_accepted(sql: str, text: str) -> None:
    """Try in DuckDB, which will work with it, whether it accepts a pattern or format.

    Raises:
        duckdb.Error: it does not.
    """
    with duckdb.connect() as connection:
        connection.execute(sql, [text])
