"""CSV files of a source: one file, or all of a folder and of the folders in it."""

from pathlib import Path

ENDINGS = (".csv", ".csv.gz")


def csv_files(path: Path) -> list[Path]:
    """The CSV files (plain or gzipped) a path names, in the order of their paths; hidden ones are left out.

    Args:
        path: a file, or a folder whose files are taken, whatever the folders inside it that they are in.

    Raises:
        ValueError: there is no such path, or no CSV file in it.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ValueError(f"There is no file or folder `{path}`; expected a CSV file or a folder of them.")
    found = sorted(file for file in path.rglob("*") if file.is_file() and _is_wanted(file.relative_to(path)))
    if not found:
        raise ValueError(f"The folder `{path}` holds no file that ends in {' or '.join(ENDINGS)}.")
    return found


def _is_wanted(file: Path) -> bool:
    return file.name.lower().endswith(ENDINGS) and not any(part.startswith(".") for part in file.parts)
