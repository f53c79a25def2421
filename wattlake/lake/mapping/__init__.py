"""Read mappings: their user's TOML files that say how to read meters' or plants' files."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wattlake.lake.mapping.files import FileMapping
from wattlake.lake.mapping.meters import Mapping
from wattlake.lake.mapping.part import fault_of_key
from wattlake.lake.mapping.plants import PlantMapping
from wattlake.lake.mapping.prices import PriceMapping
from wattlake.lake.mapping.registers import RegisterMapping
from wattlake.lake.mapping.stations import StationMapping
from wattlake.lake.mapping.translated import TranslatedMapping

__all__ = [
    "AnyMapping",
    "FileMapping",
    "Mapping",
    "MappingError",
    "PlantMapping",
    "PriceMapping",
    "RegisterMapping",
    "StationMapping",
    "TranslatedMapping",
    "read_mapping",
    "read_mapping_file",
]

MOST_CHARACTERS = 1024**2
NO_KEY = "no key of a mapping. docs/meter-files.md, docs/solar-fleet.md and docs/other-files.md have them all"


class MappingError(ValueError):
    """A mapping that cannot be used: it is not TOML, or a key of it is wrong."""


AnyMapping = Mapping | PlantMapping | RegisterMapping | PriceMapping | StationMapping
THEIR_TABLE: dict[str, type[AnyMapping]] = {"power": PlantMapping, "price": PriceMapping, "weather": StationMapping}
"""The tables that only mappings of one kind have."""


@cache
def read_mapping(text: str, told_as: str) -> AnyMapping:
    """Read a mapping from its TOML.

    It is of a plant's files where it has a table ``power``, of prices with ``price``, of a weather station with
    ``weather``, of a register where it names the column of ``member_id``, otherwise of meter files.

    Args:
        text: the TOML.
        told_as: the file it stands in, for errors.

    Raises:
        MappingError: it is not TOML, or a key is unknown, missing, of the wrong type or at odds with another.
    """
    try:
        written = tomllib.loads(text)
        return _kind_of(written).model_validate(written)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{told_as} is not TOML: {error}.") from error
    except ValidationError as error:
        raise MappingError(
            f"{told_as} is not a mapping: {'; '.join(fault_of_key(each, NO_KEY) for each in error.errors())}."
        ) from error


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


def _kind_of(written: dict[str, Any]) -> type[AnyMapping]:
    if kinds := [kind for table, kind in THEIR_TABLE.items() if table in written]:
        return kinds[0]
    columns = written.get("columns")
    return RegisterMapping if isinstance(columns, dict) and "member_id" in columns else Mapping
