"""The base of a mapping's tables, and the checks that several of them share."""

import re
from collections.abc import Sequence

import duckdb
from pydantic import BaseModel, ConfigDict
from pydantic_core import ErrorDetails

from wattlake.lake.settings import timezones
from wattlake.lake.sql import quoted

DIRECTIVE = re.compile(r"%-?([A-Za-z%])")


class Part(BaseModel):
    """Keys of a mapping that belong together; one it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


TYPES = ("str", "int", "list[str]", "dict[str,any]")
"""The steps of pydantic's places that are no keys, but which of several types was tried."""


def fault_of_key(error: ErrorDetails, where_keys_are: str) -> str:
    """Tell one of pydantic's errors in this project's words, with the key it is about.

    Args:
        error: of a key of a file.
        where_keys_are: what is said of a key that is not known: where all of them stand.
    """
    steps = [step for step in error["loc"] if isinstance(step, str)]
    key = ".".join(step for step in steps if step not in TYPES and not step.startswith("literal["))
    if error["type"] == "extra_forbidden":
        return f"`{key}` is {where_keys_are}"
    if error["type"] == "missing":
        return f"`{key}` is missing"
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "value_error":
        return f"`{key}`: {message}" if key else message
    return f"`{key}`: {message[0].lower()}{message[1:]}, but it is {error['input']!r}"


def expect_one(part: Part, *keys: str) -> None:
    """Expect that one of some keys is given, and only one.

    Raises:
        ValueError: none is, or several are.
    """
    given = [key for key in keys if getattr(part, key) is not None]
    if len(given) != 1:
        raise ValueError(f"give one of `{'`, `'.join(keys)}`; here are {' and '.join(given) or 'none'}")


def pattern_with_one_group(value: str | None, content: str) -> str | None:
    """Check a regular expression that finds something in a file's name.

    Raises:
        ValueError: it is none, or has not one group.
    """
    try:
        expect_accepted("select regexp_extract('', {}, 1)", value or "()")
        groups = re.compile(value or "()").groups
    except (duckdb.Error, re.error) as error:
        raise ValueError(f"`{value}` is no regular expression ({error})") from error
    if groups != 1:
        raise ValueError(f"`{value}` has {groups} groups; put what is {content}, and only that, in ( )")
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

    Args:
        sql: that uses it, with {} for it.
        text: the pattern or format.

    Raises:
        duckdb.Error: it does not.
    """
    with duckdb.connect() as connection:
        # As a literal: to look at a parameter DuckDB imports pandas, which takes longer than all else of a mapping.
        connection.execute(sql.format(quoted(text)))


def expect_date(time_format: str) -> None:
    """Expect a strptime format that has a year, a month and a day.

    Raises:
        ValueError: it is none, or lacks one of these.
    """
    try:
        expect_accepted("select try_strptime('', {})", time_format)
    except duckdb.Error as error:
        raise ValueError(f"`{time_format}` is no strptime format ({error})") from error
    directives = set(DIRECTIVE.findall(time_format))
    if not (directives & set("Yy") and ("j" in directives or ("d" in directives and directives & set("mbB")))):
        raise ValueError(f"`{time_format}` lacks the year, the month or the day, such as in %d.%m.%Y")
