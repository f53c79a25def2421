"""Read mappings: their user's TOML files that say how to read meters' or plants' files."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from wattlake.lake.mapping.files import FileMapping
from wattlake.lake.mapping.meters import Mapping
from wattlake.lake.mapping.plants import PlantMapping

__all__ = ["AnyMapping", "FileMapping", "Mapping", "MappingError", "PlantMapping", "read_mapping", "read_mapping_file"]

MOST_CHARACTERS = 1024**2


class MappingError(ValueError):
    """A mapping that cannot be used: it is not TOML, or a key of it is wrong."""


AnyMapping = Mapping | PlantMapping


@cache
def read_mapping(text: str, told_as: str) -> AnyMapping:
    """Read a mapping from its TOML.

    It is of a plant's files where it has a table ``power``, otherwise of meter files.

    Args:
        text: the TOML.
        told_as: the file it stands in, for errors.

    Raises:
        MappingError: it is not TOML, or a key is unknown, missing, of the wrong type or at odds with another.
    """
    try:
        written = tomllib.loads(text)
        return (PlantMapping if "power" in written else Mapping).model_validate(written)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{told_as} is not TOML: {error}.") from error
    except ValidationError as error:
        raise MappingError(f"{told_as} is not a mapping: {'; '.join(map(_fault, error.errors()))}.") from error


def read_mapping_file(path: Path) -> tuple[AnyMapping, str]:
    """Read a mapping from a file; return it with its TOML.

    Raises:
        MappingError: it cannot be used.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(MOST_CHARACTERS + 1)
    except OSError as error:
        raise MappingError(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise MappingError(f"{path} is not UTF-8, as TOML has to be ({error}).") from error
    if len(text) > MOST_CHARACTERS:
        raise MappingError(f"{path} has more than {MOST_CHARACTERS:,} characters; it is no mapping.")
    return read_mapping(text, str(path)), text


def _fault(error: ErrorDetails) -> str:
    """Tell one of pydantic's errors in this project's words, with the key it is about."""
    steps = [step for step in error["loc"] if isinstance(step, str)]
    key = ".".join(step for step in steps if step not in ("str", "list[str]") and not step.startswith("literal["))
    if error["type"] == "extra_forbidden":
        return f"`{key}` is no key of a mapping. docs/meter-files.md and docs/solar-fleet.md have them all"
    if error["type"] == "missing":
        return f"`{key}` is missing"
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "value_error":
        return f"`{key}`: {message}" if key else message
    return f"`{key}`: {message[0].lower()}{message[1:]}, but it is {error['input']!r}"
