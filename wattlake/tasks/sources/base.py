"""The descriptions of sources: how one is asked or read, and what else must know of it.

Each module of this folder declares one as ``SOURCE``; a new kind of source is a new class here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from wattlake.tasks.sources import _folder
from wattlake.tasks.sources._asking import Array, DaysAsked, Login, Page, Patience, Place, Request, Scope
from wattlake.tasks.sources._database import Database, Source

if TYPE_CHECKING:
    import polars as pl
    from pyrate_limiter import Rate

__all__ = [
    "AnySource",
    "Api",
    "Array",
    "Database",
    "DaysAsked",
    "Inbox",
    "Login",
    "Page",
    "Patience",
    "Place",
    "Request",
    "Scope",
    "Source",
]


def one_question(request: Request) -> list[Request]:
    """Split a question that has no parts."""
    return [request]


@dataclass(frozen=True, kw_only=True)
class Api(Source):
    """A service that is asked over HTTP; an optional one is asked where its address is set.

    Attributes:
        urls: its base addresses by name, each overridden by ``WATTLAKE_URL__<NAME>``.
        needs_credentials: whether that setting must hold a login or a key, as ``?key=…``.
        calls: the most calls in a time.
        days_asked: where its questions name days, so that missing days are found.
        requests: makes the questions of a scope.
        read: reads the rows of an answer as text; raises ``ValueError`` where it is not what it should be.
        parts: splits a question for many places into one for each, for where one place has all refused.
        extension: the ending of its answers in the archive.
        patience: how long it is waited for, and how often it is asked again.
        next_page: makes the question for the next page of an answer, if there is one; ``None`` where answers are whole.
        mapping: the TOML that says how its rows are read, where they are mapped.
        mapped_to: the source that takes its rows; by default they have a table of their own.
    """

    urls: Mapping[str, str]
    calls: "Rate"
    requests: Callable[[Scope], list[Request]]
    read: Callable[[Request, bytes], "pl.DataFrame"]
    days_asked: DaysAsked = field(default_factory=DaysAsked)
    parts: Callable[[Request], list[Request]] = one_question
    needs_credentials: bool = False
    extension: str = "json"
    patience: Patience = field(default_factory=Patience)
    next_page: Callable[[Request, Page], Request | None] | None = None
    mapping: str = ""
    mapped_to: str = ""

    @property
    def landed_as(self) -> str:
        """Name the source that takes its rows: one that they are mapped to, or itself."""
        return self.mapped_to or self.name


@dataclass(frozen=True, kw_only=True)
class Inbox(Source):
    """A folder of files; an optional one is read where it holds something.

    Attributes:
        layouts: the headers a file without a mapping must have, one set per layout.
        takes_mappings: whether a ``mapping.toml`` beside or above a file may describe any other layout.
        registers: the layouts of files that no mapping describes, wherever they lie.
        is_register: whether the questions to APIs are made from it, so that it is built as soon as it has landed.
    """

    layouts: tuple[tuple[str, ...], ...]
    takes_mappings: bool = False
    registers: tuple[tuple[str, ...], ...] = ()
    is_register: bool = False

    def files(self, inbox: Path) -> list[Path]:
        """List the files to read in an inbox, in the order of their paths.

        Raises:
            ValueError: there is no such path, or no such file in it.
        """
        return _folder.files_with_mappings(inbox) if self.takes_mappings else _folder.csv_files(inbox)

    def mapping_files(self, inbox: Path, files: Iterable[Path]) -> dict[Path, Path]:
        """Find the mapping of each file that has one."""
        return _folder.mapping_files(inbox, files) if self.takes_mappings else {}


AnySource = Api | Inbox | Database
"""A source of any kind that can be landed."""


def declared(module: ModuleType, name: str, file: str) -> AnySource:
    """Give the source that a module declares.

    Raises:
        TypeError: it declares none, or one of another name.
    """
    described = getattr(module, "SOURCE", None)
    if not isinstance(described, AnySource) or described.name != name:
        raise TypeError(
            f'{file} declares no source of its name. Expected is `SOURCE = Api(name="{name}", …)` or '
            f'`SOURCE = Inbox(name="{name}", …)`.'
        )
    return described
