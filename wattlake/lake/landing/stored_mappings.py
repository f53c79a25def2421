"""Store the mappings of a lake, as they were when files were last landed with them."""

import json
from collections.abc import Mapping
from pathlib import Path

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.archive_register import note_mapping
from wattlake.lake.landing.payloads import Origin
from wattlake.lake.mapping import AnyMapping, MappingError, read_mapping_file
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

Read = tuple[AnyMapping, str]
"""A mapping and its TOML."""


def read_and_store(
    lake: Lake, origin: Origin, mapping_files: Mapping[Path, Path], wrong: list[UnreadableFileError]
) -> dict[Path, AnyMapping]:
    """Read the mapping of each file that has one, and store what is new.

    Mappings that have changed are stored in ``ops.mapping``.

    Args:
        lake: the lake.
        origin: of the files.
        mapping_files: where each file's mapping stands.
        wrong: takes the mappings that cannot be used; their files are left out.
    """
    read: dict[Path, Read] = {}
    for path in sorted(set(mapping_files.values())):
        try:
            read[path] = read_mapping_file(path)
            _expect_source(path, origin.source, read[path][0])
            _expect_own_name(path, read)
            store_mapping(lake, origin, *read[path])
        except MappingError as error:
            read.pop(path, None)
            wrong.append(UnreadableFileError(str(path), str(error).removeprefix(f"{path} ")))
    return {file: read[path][0] for file, path in mapping_files.items() if path in read}


def _expect_source(path: Path, source: str, mapping: AnyMapping) -> None:
    if source != mapping.SOURCE:
        raise MappingError(
            f"is a mapping of {mapping.SOURCE}, but lies in the inbox of {source}. Move it and its files."
        )


def _expect_own_name(path: Path, read: Mapping[Path, Read]) -> None:
    mapping, content = read[path]
    for other, (its_mapping, its_content) in read.items():
        if other != path and its_mapping.name == mapping.name and its_content != content:
            raise MappingError(f"has the name `{mapping.name}`, as has {other}, which says something else. Rename one.")


def store_mapping(lake: Lake, origin: Origin, mapping: AnyMapping, content: str) -> None:
    """Store a mapping where it is new or changed; its readings are then made anew.

    Raises:
        MappingError: it names a column that what was landed with it before lacks.
    """
    if not _is_new(lake.reader(), mapping, content):
        return

    def step(connection: Connection) -> None:
        if _is_new(connection, mapping, content):
            _expect_earlier_columns(connection, origin.source, mapping)
            connection.execute("delete from ops.mapping where name = ?", [mapping.name])
            connection.execute("insert into ops.mapping values (?, ?, ?)", [mapping.name, content, origin.fetched_at])
            note_mapping(Storage(lake.settings), origin.source, mapping.name, content, origin.fetched_at)

    lake.write(step, lock=origin.source)


def _is_new(connection: Connection, mapping: AnyMapping, content: str) -> bool:
    stored = connection.execute("select content from ops.mapping where name = ?", [mapping.name]).fetchone()
    return stored is None or stored[0] != content


def _expect_earlier_columns(connection: Connection, source: str, mapping: AnyMapping) -> None:
    """Refuse a mapping that names columns which a file landed with it before lacks.

    Nothing of that file would be readable by it.
    """
    landed = connection.execute(
        f"""
        select landing.name, arg_max(cells, len(json_keys(cells)))
        from ops.landing as landing inner join bronze.{source} as row on row._landing_id = landing.landing_id
        where landing.source = ? and landing.mapping = ?
        group by landing.landing_id, landing.name
        """,
        [source, mapping.name],
    ).fetchall()
    for file_name, cells in landed:
        missing = [name for name in mapping.needed if name not in json.loads(cells)]
        if missing:
            raise MappingError(
                f"now names the column `{missing[0]}`, which {file_name}, landed with the mapping `{mapping.name}` "
                "before, does not have. Put the new files into a folder of their own, with a mapping of another name."
            )
