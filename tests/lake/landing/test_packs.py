"""Payloads of the archive are read from their own file or from a pack, and packs stand in for files."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from wattlake.lake.landing.packs import payload_sizes, read_archived
from wattlake.lake.settings import Settings
from wattlake.lake.store.files import Storage

DAY = "landing/meter_events/2026-11-30"


@pytest.fixture
def archive(tmp_path: Path) -> Storage:
    storage = Storage(Settings(data=str(tmp_path)))
    storage.write(f"{DAY}/alone.arrows.zst", b"by itself")
    write_pack(tmp_path, "payloads-1.zip", {"first.arrows.zst": b"1" * 1000, "second.arrows.zst": b"2"})
    return storage


def write_pack(root: Path, name: str, members: dict[str, bytes]) -> None:
    with ZipFile(root / DAY / name, "w") as pack:
        for member, content in members.items():
            pack.writestr(member, content)


def test_a_payload_is_read_from_its_file_or_from_a_pack(archive: Storage):
    assert read_archived(archive, f"{DAY}/alone.arrows.zst") == b"by itself"
    assert read_archived(archive, f"{DAY}/first.arrows.zst") == b"1" * 1000
    assert read_archived(archive, f"{DAY}/second.arrows.zst") == b"2"
    with pytest.raises(FileNotFoundError, match="neither as a file nor in a pack"):
        read_archived(archive, f"{DAY}/third.arrows.zst")


def test_a_pack_that_became_part_of_another_is_found_there(archive: Storage, tmp_path: Path):
    assert read_archived(archive, f"{DAY}/second.arrows.zst") == b"2"
    write_pack(tmp_path, "payloads-2.zip", {"zero.arrows.zst": b"0" * 5, "second.arrows.zst": b"2"})
    (tmp_path / DAY / "payloads-1.zip").unlink()
    assert read_archived(archive, f"{DAY}/second.arrows.zst") == b"2"


def test_what_a_pack_holds_counts_as_there_and_a_cut_pack_holds_nothing(archive: Storage, tmp_path: Path):
    sizes = {f"{DAY}/{name}.arrows.zst": size for name, size in (("alone", 9), ("first", 1000), ("second", 1))}
    pack = tmp_path / DAY / "payloads-1.zip"
    assert payload_sizes(archive) == sizes | {f"{DAY}/payloads-1.zip": pack.stat().st_size}
    pack.write_bytes(pack.read_bytes()[:-30])
    assert set(payload_sizes(archive)) == {f"{DAY}/alone.arrows.zst", f"{DAY}/payloads-1.zip"}
    with pytest.raises(FileNotFoundError):
        read_archived(archive, f"{DAY}/first.arrows.zst")
