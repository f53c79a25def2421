"""Files of a source: one file, or all below a folder; CSV, or any text with a mapping."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ENDINGS = (".csv", ".csv.gz")
MAPPING = "mapping.toml"
MAPPED_ENDINGS = (".csv", ".txt", ".gz")


def csv_files(path: Path) -> list[Path]:
    """List the CSV files that a path names, in the order of their paths.

    They are plain or gzipped; hidden ones are left out.

    Args:
        path: a file, or a folder whose files are taken, whatever the folders inside it that they are in.

    Raises:
        ValueError: there is no such path, or no CSV file in it.
    """
    return files_below(path, is_csv)


def files_with_mappings(path: Path) -> list[Path]:
    """List the files of an inbox in the order of their paths: CSV, or any text with a mapping.

    Raises:
        ValueError: there is no such path, or no such file in it.
    """
    mapped = _mapped_folders(path)

    def is_wanted(file: Path) -> bool:
        return is_csv(file) or (file.name.lower().endswith(MAPPED_ENDINGS) and _mapping(file, mapped) is not None)

    return files_below(path, is_wanted)


def mapping_files(path: Path, files: Iterable[Path]) -> dict[Path, Path]:
    """Find the mapping of each file that has one: in the nearest folder above the file."""
    mapped = _mapped_folders(path)
    mappings = {file: _mapping(file, mapped) for file in files}
    return {file: mapping for file, mapping in mappings.items() if mapping is not None}


def files_below(path: Path, is_wanted: Callable[[Path], bool]) -> list[Path]:
    """List the file that a path names, or the wanted files below it, sorted by their paths.

    Hidden files are left out.

    Raises:
        ValueError: there is no such path, or no such file in it.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ValueError(f"There is no file or folder `{path}`; expected a CSV file or a folder of them.")
    chosen = [file for file in entries(path) if is_wanted(file) and fault_of_entry(file, path) is None]
    if not chosen and not refused_entries(path):
        raise ValueError(f"The folder `{path}` holds no file that ends in {' or '.join(ENDINGS)}.")
    return chosen


def entries(path: Path) -> list[Path]:
    """List all below a folder that is neither a folder nor hidden, in order.

    No link to a folder is followed; the link itself is an entry.
    """
    return sorted(_entries(path))


def _entries(path: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(path):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in (*names, *links) if not name.startswith("."))


def refused_entries(path: Path) -> dict[Path, str]:
    """Return the entries of an inbox that are not opened, and the reasons.

    They have the name of a CSV file, or are or lead to a folder.
    """
    if path.is_file():
        return {}
    closed: list[OSError] = []
    for _ in os.walk(path, onerror=closed.append):
        pass
    faults: dict[Path, str | None] = {
        Path(error.filename): f"is a folder that cannot be listed ({error.strerror}). Ask for the right to read it."
        for error in closed
    }
    faults |= {file: fault_of_entry(file, path) for file in entries(path) if is_csv(file) or file.is_dir()}
    return {file: fault for file, fault in faults.items() if fault}


def fault_of_entry(file: Path, inbox: Path) -> str | None:
    """Return why an entry of an inbox is not to be opened; nothing where it may be."""
    try:
        str(file).encode()
    except UnicodeEncodeError:
        return "has a name that is not UTF-8. Rename it."
    if file.is_symlink():
        target = Path(os.path.realpath(file))
        if not target.is_relative_to(os.path.realpath(inbox)):
            return "is a link that leads out of the inbox, which is not followed. Put the file itself there."
        if target.is_dir():
            return "is a link to a folder, which is not followed. Its files are read where they are."
    if not file.is_file():
        return "is no ordinary file (a pipe, a device or a link to nothing). Take it out of the folder."
    return None


def is_csv(file: Path) -> bool:
    """Say whether a file is CSV by its name."""
    return file.name.lower().endswith(ENDINGS)


def _mapped_folders(path: Path) -> set[Path]:
    folder = path if path.is_dir() else path.parent
    mappings = folder.rglob(MAPPING) if path.is_dir() else folder.glob(MAPPING)
    return {mapping.parent for mapping in mappings if fault_of_entry(mapping, folder) is None}


def _mapping(file: Path, mapped: set[Path]) -> Path | None:
    return next((folder / MAPPING for folder in file.parents if folder in mapped), None)
