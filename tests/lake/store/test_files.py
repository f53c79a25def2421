"""Files of the lake: whole or not there, whoever else writes them at the same moment."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from azure.storage.blob._shared.policies_async import AsyncStorageRetryPolicy as StorageRetryPolicy

from tests.support.blob_proxy import blob_proxy
from wattlake.lake.settings import Settings
from wattlake.lake.store import files
from wattlake.lake.store.files import Storage

BLOCKS = [bytes([number]) * 300_000 for number in range(4)]


@pytest.fixture
def blob_settings(azurite: str, azure_container: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A place on Blob where a file of a few hundred kilobytes is several blocks."""
    monkeypatch.setattr(files, "BLOCK_BYTES", 256 * 1024)
    return Settings(data=f"az://{azure_container}/lake", azure_connection_string=azurite)


def write_in_blocks(storage: Storage, each_block: threading.Barrier | None = None) -> None:
    with storage.writing("landing/x.csv.zst") as file:
        for block in BLOCKS:
            file.write(block)
            if each_block:
                each_block.wait(timeout=60)


def test_the_same_large_file_is_archived_by_several_at_the_same_moment(blob_settings: Settings):
    together = threading.Barrier(3)
    with ThreadPoolExecutor(3) as threads:
        for written in [threads.submit(write_in_blocks, Storage(blob_settings), together) for _ in range(3)]:
            written.result()
    there = Storage(blob_settings)
    assert there.names() == ["landing/x.csv.zst"]
    assert there.read("landing/x.csv.zst") == b"".join(BLOCKS)


def test_one_who_commits_between_two_blocks_of_another_stops_neither(blob_settings: Settings):
    with Storage(blob_settings).writing("landing/x.csv.zst") as file:
        for block in BLOCKS[:2]:
            file.write(block)
        write_in_blocks(Storage(blob_settings))
        for block in BLOCKS[2:]:
            file.write(block)
    assert Storage(blob_settings).read("landing/x.csv.zst") == b"".join(BLOCKS)


def test_blob_that_does_not_answer_is_told_in_a_sentence_and_nothing_is_there(
    blob_settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(StorageRetryPolicy, "sleep", lambda *_: asyncio.sleep(0))  # it waits a minute in all
    with blob_proxy(blob_settings.azure_connection_string.get_secret_value()) as (through, weather):
        busy = Storage(Settings(data=blob_settings.data, azure_connection_string=through))
        weather.busy = 10**6
        for write in (lambda: busy.write("landing/x.csv.zst", b"x"), lambda: write_in_blocks(busy)):
            with pytest.raises(OSError, match="Azure Blob does not write or read landing/x") as caught:
                write()
            assert "\n" not in str(caught.value)
        assert Storage(blob_settings).names() == []
        weather.busy = 2
        write_in_blocks(busy)
        assert len(weather.refused) > 2
        assert Storage(blob_settings).read("landing/x.csv.zst") == b"".join(BLOCKS)


def test_a_file_that_is_broken_off_is_not_there(lake_settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "BLOCK_BYTES", 256 * 1024)
    for storage in (Storage(lake_settings), Storage(lake_settings)):
        with pytest.raises(KeyboardInterrupt), storage.writing("landing/x.csv.zst") as file:
            file.write(BLOCKS[0])
            raise KeyboardInterrupt
        del file
        assert storage.names() == []
    write_in_blocks(Storage(lake_settings))
    assert Storage(lake_settings).read("landing/x.csv.zst") == b"".join(BLOCKS)
    if not lake_settings.is_remote:
        assert [path.name for path in Path(lake_settings.data).rglob("*") if path.is_file()] == ["x.csv.zst"]
