"""Files of a source: one file, or all of a folder and of the folders in it; CSV, or any text with a mapping."""

from collections.abc import Callable, Iterable
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
    there = (file for file in path.rglob("*") if file.is_file() and not _is_hidden(file, path))
    found = sorted(file for file in there if is_wanted(file))
    if not found:
        raise ValueError(f"The folder `{path}` holds no file that ends in {' or '.join(ENDINGS)}.")
    return found


def is_csv(file: Path) -> bool:
    """Whether a file is CSV by its name."""
    return file.name.lower().endswith(ENDINGS)


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _mapped_folders(path: Path) -> set[Path]:
    folder = path if path.is_dir() else path.parent
    mappings = folder.rglob(MAPPING) if path.is_dir() else folder.glob(MAPPING)
    return {mapping.parent for mapping in mappings if mapping.is_file()}


def _mapping(file: Path, mapped: set[Path]) -> Path | None:
    return next((folder / MAPPING for folder in file.parents if folder in mapped), None)
