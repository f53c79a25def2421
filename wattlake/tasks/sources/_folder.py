"""Files of a source: one file, or all of a folder and of the folders in it; CSV, or any text with a mapping."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ENDINGS = (".csv", ".csv.gz")
MAPPING = "mapping.toml"
MAPPED_ENDINGS = (".csv", ".txt", ".gz")


def csv_files(path: Path) -> list[Path]:
    """The CSV files (plain or gzipped) a path names, in the order of their paths; hidden ones are left out.

    Args:
        path: a file, or a folder whose files are taken, whatever the folders inside it that they are in.

    Raises:
        ValueError: there is no such path, or no CSV file in it.
    """
    return files_below(path, is_csv)


def files_with_mappings(path: Path) -> list[Path]:
    """The files of an inbox: CSV, and where there is a mapping for them any text, in the order of their paths.

    Raises:
        ValueError: there is no such path, or no such file in it.
    """
    mapped = _mapped_folders(path)

    def is_wanted(file: Path) -> bool:
        return is_csv(file) or (file.name.lower().endswith(MAPPED_ENDINGS) and _mapping(file, mapped) is not None)

    return files_below(path, is_wanted)


def mapping_files(path: Path, files: Iterable[Path]) -> dict[Path, Path]:
    """For each file of the inbox that has a mapping, where it stands: in the nearest folder above the file."""
    mapped = _mapped_folders(path)
    found = {file: _mapping(file, mapped) for file in files}
    return {file: mapping for file, mapping in found.items() if mapping is not None}


def files_below(path: Path, is_wanted: Callable[[Path], bool]) -> list[Path]:
    """The file a path names, or those below it that are wanted and not hidden, in the order of their paths.

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
    """All that lies below a folder and is neither a folder nor hidden, in order; no link to a folder is followed."""
    return sorted(_entries(path))


def _entries(path: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(path):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in (*names, *links) if not name.startswith("."))


def refused_entries(path: Path) -> dict[Path, str]:
    """What of an inbox is not opened, though its name is a CSV file's or it is or leads to a folder, and why not."""
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
    """Why an entry of an inbox is not to be opened; nothing where it may be."""
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
    """Whether a file is CSV by its name."""
    return file.name.lower().endswith(ENDINGS)


def _mapped_folders(path: Path) -> set[Path]:
    folder = path if path.is_dir() else path.parent
    mappings = folder.rglob(MAPPING) if path.is_dir() else folder.glob(MAPPING)
    return {mapping.parent for mapping in mappings if fault_of_entry(mapping, folder) is None}


def _mapping(file: Path, mapped: set[Path]) -> Path | None:
    return next((folder / MAPPING for folder in file.parents if folder in mapped), None)
