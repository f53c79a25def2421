"""The part of a description that every source has, and the description of a database."""

from dataclasses import dataclass
from datetime import timedelta

from wattlake.lake.addresses import Address
from wattlake.lake.odbc_string import OdbcString


@dataclass(frozen=True, kw_only=True)
class Source:
    """The part of a description that every kind of source has.

    Attributes:
        name: the short name, which is also that of its module, its bronze table and its settings.
        licence: the text stored with each landing.
        is_optional: whether it is left alone until a setting or its inbox asks for it.
        after: the sources that must be landed before it, where they are landed together.
    """

    name: str
    licence: str
    is_optional: bool = True
    after: tuple[str, ...] = ()

    @property
    def landed_as(self) -> str:
        """Name the source whose landings its own are: itself, or one that its rows are mapped to."""
        return self.name

    @property
    def table(self) -> str:
        """Name the table that its rows are landed in."""
        return f"bronze.{self.landed_as}"


@dataclass(frozen=True, kw_only=True)
class Database(Source):
    """A query of somebody's database, whose new rows or whose whole content is landed.

    Attributes:
        system: the kind of database, such as ``postgresql``.
        address: where it is, and what opens it.
        query: the SELECT whose rows are wanted, or nothing where a whole table is.
        table_parts: the table's name, after those of its schema and catalog where they are given.
        watermark: the column that grows; without one the whole content is read each time.
        look_back: how far behind the greatest value that was landed late rows are looked for.
        key: the columns that name a row; with them the newest landing of a row counts, without them any.
        chunk_rows: the most rows of a landing.
        mapping: the TOML that says how its rows are read, where they are mapped; otherwise it has a table of its own.
        mapped_to: the source that they are mapped to.
        file: the file that describes it, for errors.
    """

    system: str
    address: Address | OdbcString
    query: str = ""
    table_parts: tuple[str, ...] = ()
    watermark: str = ""
    look_back: timedelta | int = 0
    key: tuple[str, ...] = ()
    chunk_rows: int = 1_000_000
    mapping: str = ""
    mapped_to: str = ""
    file: str = ""

    @property
    def landed_as(self) -> str:
        """Name the source that its rows are mapped to, or itself."""
        return self.mapped_to or self.name
