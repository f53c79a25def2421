"""Say which entries of a description are not of the kind that they should be."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from wattlake.lake.contracts.promises import Dimension, Severity

WORDS = {str: "a text", bool: "true or false", list: "a list", int: "a whole number", dict: "a table"}
SETS = {"severity": get_args(Severity), "dimension": get_args(Dimension)}
OF_LISTS: Mapping[str, type | tuple[type, ...]] = {"rules": dict, "groups": dict, "isin": (str, int, float)}
"""The kinds of what stands in lists; in all others there are texts."""
PLURALS: Mapping[Any, str] = {str: "texts", dict: "tables"}


def wrong_entries(
    prefix: str, entries: Mapping[str, Any], known: Mapping[str, Any], *, required: tuple[str, ...]
) -> Iterator[str]:
    """Say which entries are missing, unknown, or of another kind than theirs.

    Args:
        prefix: what stands before the keys, such as ``columns.kwh.``.
        entries: of one table of TOML.
        known: the kinds of the entries that there may be, by key.
        required: the keys that there must be.
    """
    for key in required:
        if key not in entries:
            yield f"`{prefix}{key}` is missing."
    for key, value in entries.items():
        kinds = known.get(key)
        if kinds is None:
            yield f"`{prefix}{key}` is not known here; there are {', '.join(known)}."
        elif not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            yield f"`{prefix}{key}` is `{value}`; expected is {WORDS.get(kinds, 'a number')}."
        elif key in SETS and value not in SETS[key]:
            yield f"`{prefix}{key}` is `{value}`; expected is {' or '.join(SETS[key])}."
        elif isinstance(value, list):
            yield from _wrong_elements(prefix + key, value, OF_LISTS.get(key, str))


def _wrong_elements(key: str, values: list[Any], kinds: type | tuple[type, ...]) -> Iterator[str]:
    for number, value in enumerate(values):
        if not isinstance(value, kinds):
            expected = PLURALS.get(kinds, "texts or numbers")
            yield f"`{key}` has `{value}`; expected are {expected}."
            return
        if not isinstance(value, dict) and value in values[:number]:
            yield f"`{key}` has `{value}` twice. Remove one of the two."
            return
