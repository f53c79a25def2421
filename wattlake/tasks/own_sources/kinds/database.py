"""``kind = "database"``: a table or query of PostgreSQL, MySQL, SQLite or an ODBC driver."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import Field

from wattlake.lake.mapping.part import Part
from wattlake.lake.project import shown
from wattlake.tasks.own_sources.addresses import fault_of_password, read_address
from wattlake.tasks.own_sources.checking import checked, mapping_of
from wattlake.tasks.sources.base import Database

SPAN = re.compile(r"(?P<number>\d+) *(?P<unit>minute|hour|day)s?")


class DatabaseKeys(Part):
    """The keys of a file that describes a database."""

    address: str = ""
    address_env: str = ""
    query: str = ""
    table: str = ""
    watermark: str = ""
    whole: bool = False
    look_back: str | int = Field(0)
    key: list[str] = Field([])
    chunk_rows: int = Field(1_000_000, ge=1, le=20_000_000)
    licence: str = Field("The community's own", min_length=1)
    mapping: str | dict[str, Any] = ""
    columns: dict[str, Any] = Field(default_factory=dict)
    row: str = ""
    after: list[str] = Field([])


def describe(name: str, written: dict[str, Any], file: Path) -> Database:
    """Make the source of a file's keys.

    Raises:
        OwnSourceError: a sentence for each mistake, with the file and the key.
    """
    keys = checked(DatabaseKeys, written, file, _faults)
    system, address = read_address(keys.address, keys.address_env, file)
    mapping, mapped_to = mapping_of(name, keys.mapping, file)
    return Database(
        name=name,
        licence=keys.licence,
        is_optional=False,
        after=tuple(keys.after),
        system=system,
        address=address,
        query=keys.query.strip().rstrip(";"),
        table_parts=tuple(keys.table.split(".")) if keys.table else (),
        watermark=keys.watermark,
        look_back=_span(keys.look_back) or 0,
        key=tuple(keys.key),
        chunk_rows=keys.chunk_rows,
        mapping=mapping,
        mapped_to=mapped_to,
        file=shown(file),
    )


def _faults(keys: DatabaseKeys, _name: str) -> Iterator[str]:
    for first, second in (("address", "address_env"), ("query", "table"), ("watermark", "whole")):
        given = [key for key in (first, second) if getattr(keys, key)]
        if len(given) != 1:
            yield f"give one of `{first}` and `{second}`; here are {' and '.join(given) or 'none'}"
    if keys.table and not all(keys.table.split(".")):
        yield f"`table` is `{keys.table}`; expected is a name, with that of its schema before it, as in public.readings"
    if _span(keys.look_back) is None:
        yield f'`look_back` is `{keys.look_back}`; expected is a time such as "2 days", or a whole number'
    if keys.look_back and not keys.watermark:
        yield "`look_back` goes with `watermark`; where the whole is read, nothing is late"
    if keys.mapping and keys.columns:
        yield "give one of `mapping` and `columns`: rows are mapped, or have a table of their own"
    if fault := fault_of_password(keys.address):
        yield f"`address` {fault}"


def _span(written: str | int) -> timedelta | int | None:
    """Read how far to look back; ``None`` where that is no time and no number."""
    if isinstance(written, int):
        return written if written >= 0 else None
    match = SPAN.fullmatch(written.strip())
    return timedelta(**{f"{match['unit']}s": int(match["number"])}) if match else None
