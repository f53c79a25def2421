"""Check the keys of a file that describes a source: a sentence for each mistake."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from wattlake.lake import project
from wattlake.lake.mapping import MappingError, read_mapping
from wattlake.lake.mapping.part import Part, fault_of_key
from wattlake.lake.project import shown
from wattlake.tasks.own_sources import OwnSourceError
from wattlake.tasks.own_sources.toml_text import toml_text

NO_KEY = "no key here; docs/connect.md has them all"
Keys = TypeVar("Keys", bound=Part)


def checked(
    kind: type[Keys], written: dict[str, Any], file: Path, faults_of: Callable[[Keys, str], Iterable[str]]
) -> Keys:
    """Read the keys of a file.

    Args:
        kind: the keys that there may be.
        written: what the file says.
        file: the file.
        faults_of: says what of the keys of a source of some name does not go together.

    Raises:
        OwnSourceError: a sentence for each mistake.
    """
    try:
        keys = kind.model_validate(written)
    except ValidationError as error:
        faults = [fault_of_key(each, NO_KEY) for each in error.errors()]
    else:
        faults = list(faults_of(keys, file.stem))
        if not faults:
            return keys
    raise OwnSourceError("\n".join(f"{shown(file)}: {fault}." for fault in faults)) from None


def mapping_of(name: str, mapping: str | dict[str, Any], file: Path) -> tuple[str, str]:
    """Give the TOML of a source's mapping, and the source that it maps to; of none, nothing.

    Raises:
        OwnSourceError: the mapping cannot be read, or is none.
    """
    if not mapping:
        return "", ""
    try:
        if isinstance(mapping, str):
            path = project.PROJECT / mapping
            text, where = path.read_text(encoding="utf-8-sig"), shown(path)
        else:
            text, where = toml_text({"name": name} | mapping), f"{shown(file)}, [mapping],"
        return text, read_mapping(text, where).SOURCE
    except OSError as error:
        named = f"{shown(file)}: `mapping` names {mapping}"
        raise OwnSourceError(f"{named}, which cannot be read ({error.strerror}).") from None
    except (MappingError, UnicodeDecodeError) as error:
        raise OwnSourceError(str(error)) from None
