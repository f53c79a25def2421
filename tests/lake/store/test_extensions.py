"""DuckDB checks the signature of an extension once for each file; no connection takes an unsigned one afterwards."""

import os
from pathlib import Path

import duckdb
import pytest

from wattlake.lake.store import extensions
from wattlake.lake.store.extensions import connect_with, extension_file


@pytest.fixture
def nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's cache, empty, and a process that has loaded nothing yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(extensions, "_passed", set())
    return tmp_path / "cache" / "wattlake" / "signed"


@pytest.fixture
def badly_signed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An extension that is whole but for the last byte of its signature, in place of the one in the wheel."""
    original = extension_file("sqlite_scanner")
    assert original is not None
    content = bytearray(original.read_bytes())
    content[-1] ^= 1
    file = tmp_path / original.name
    file.write_bytes(content)
    monkeypatch.setattr(extensions, "extension_file", lambda _name: file)
    return file


def test_a_file_that_passed_is_remembered_for_other_processes(nothing_is_known: Path):
    connect_with("ducklake", "sqlite_scanner").close()

    assert len(list(nothing_is_known.iterdir())) == 2
    assert nothing_is_known.stat().st_mode & 0o777 == 0o700


def test_a_file_is_checked_again_once_it_has_changed(nothing_is_known: Path, badly_signed: Path):
    with pytest.raises(duckdb.IOException, match="signature"):
        connect_with("sqlite_scanner")
    assert not nothing_is_known.exists()

    extensions._remember(badly_signed)
    for known in (extensions._passed, set()):  # This process's memory, then another's that reads the folder.
        extensions._passed = known
        connect_with("sqlite_scanner").close()

    os.utime(badly_signed, (1, 1))
    with pytest.raises(duckdb.IOException, match="signature"):
        connect_with("sqlite_scanner")


@pytest.mark.usefixtures("nothing_is_known")
def test_no_connection_takes_an_unsigned_extension_later(badly_signed: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as as_installed:
        as_installed.setattr(extensions, "extension_file", extension_file)
        connect_with("ducklake").close()
        for connection in (connect_with("ducklake"), connect_with("ducklake")):
            with pytest.raises(duckdb.IOException, match="signature"):
                connection.load_extension(str(badly_signed))
            with pytest.raises(duckdb.InvalidInputException, match="Cannot change allow_unsigned_extensions"):
                connection.execute("set allow_unsigned_extensions = true")


def test_without_a_home_every_process_checks_for_itself(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(extensions, "_passed", set())
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/cache")

    connect_with("sqlite_scanner").close()

    assert len(extensions._passed) == 1
