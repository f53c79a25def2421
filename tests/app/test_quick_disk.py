"""Tests write into memory where there is enough of it, and else to the disk."""

import os
import tempfile
from pathlib import Path

import pytest

from tests.support.quick_disk import use_memory


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)


def test_temporary_folders_are_made_in_memory_where_others_may_pass_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TMPDIR", "as before")  # so that it is set back
    del os.environ["TMPDIR"]
    assert use_memory(tmp_path, free_bytes=1)
    place = tmp_path / f"wattlake-tests-{os.getuid()}"
    assert (os.environ["TMPDIR"], tempfile.gettempdir()) == (str(place), str(place))
    assert place.stat().st_mode & 0o777 == 0o711


@pytest.mark.parametrize(
    ("folder", "free_bytes", "temporary"),
    [("", 10**15, None), ("none", 1, None), ("", 1, "/elsewhere")],
    ids=["too little", "no such folder", "a place of one's own"],
)
def test_they_stay_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, free_bytes: int, temporary: str | None
):
    if temporary:
        monkeypatch.setenv("TMPDIR", temporary)
    assert not use_memory(tmp_path / folder, free_bytes)
    assert (os.environ.get("TMPDIR"), tempfile.tempdir) == (temporary, None)
    assert list(tmp_path.iterdir()) == []
