"""Each service the tests need is real: what is given to it comes back."""

import subprocess
from pathlib import Path

import duckdb
import httpx
import pytest
from azure.storage.blob import ContainerClient
from confluent_kafka import Consumer, TopicPartition
from playwright.sync_api import sync_playwright

from harness import services
from harness.kafka import kafka_cluster


def test_azurite_gives_back_the_bytes_it_was_given(azurite, azure_container):
    with ContainerClient.from_connection_string(azurite, azure_container) as container:
        container.upload_blob("a/b.bin", b"watt")

        assert [blob.name for blob in container.list_blobs()] == ["a/b.bin"]
        assert container.download_blob("a/b.bin").readall() == b"watt"


def test_duckdb_reads_its_own_parquet_from_azurite(azurite, azure_container, extension):
    with duckdb.connect() as connection:
        connection.load_extension(extension("azure"))
        connection.execute("create secret (type azure, connection_string $account)", {"account": azurite})
        connection.execute(f"copy (select 42 as energy_kwh) to 'az://{azure_container}/one.parquet'")

        assert connection.execute(f"from 'az://{azure_container}/*.parquet'").fetchall() == [(42,)]


def test_postgres_keeps_what_duckdb_writes(postgres_database, extension):
    with duckdb.connect() as connection:
        connection.load_extension(extension("postgres_scanner"))
        connection.execute(f"attach '{postgres_database}' as catalog (type postgres)")
        connection.execute("create table catalog.reading as select 42 as energy_kwh")
        connection.execute("detach catalog")
        connection.execute(f"attach '{postgres_database}' as catalog (type postgres, read_only)")

        assert connection.execute("from catalog.reading").fetchall() == [(42,)]


def test_each_postgres_database_is_empty_and_its_own(new_postgres_database):
    assert new_postgres_database() != new_postgres_database()


@pytest.mark.long
def test_kafka_keeps_what_it_acknowledged_when_it_is_killed():
    with kafka_cluster() as kafka:
        kafka.send(kafka.create("meters"), [b"one", b"two"])
        kafka.brokers[0].kill()
        kafka.brokers[0].start()
        reader = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": "test", "log_level": 0})
        reader.assign([TopicPartition("meters", 0, 0)])
        messages = [message.value() for message in reader.consume(2, timeout=60) if not message.error()]
        reader.close()
    assert messages == [b"one", b"two"]


def test_chromium_runs_a_pages_script(chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content("<p id='sum'></p><script>document.querySelector('#sum').textContent = 40 + 2</script>")

        assert page.text_content("#sum") == "42"
        browser.close()


@pytest.mark.long
def test_the_prefect_server_answers(prefect_server):
    answer = httpx.post(f"{prefect_server}/deployments/filter", json={}, timeout=10)
    assert (answer.status_code, type(answer.json())) == (200, list)


def test_a_missing_service_is_skipped_by_name_with_the_reason(monkeypatch):
    monkeypatch.delenv(services.REQUIRE_SERVICES, raising=False)

    with pytest.raises(pytest.skip.Exception, match=r"needs azurite: there is no npm"):
        services.unavailable("azurite", "there is no npm")


def test_a_missing_service_fails_where_services_are_required(monkeypatch):
    monkeypatch.setenv(services.REQUIRE_SERVICES, "1")

    with pytest.raises(pytest.fail.Exception, match=r"azurite is required here .*: there is no npm"):
        services.unavailable("azurite", "there is no npm")


def test_a_service_that_ends_at_once_says_what_it_wrote():
    with (
        services.running(["sh", "-c", "echo no such luck"]) as (program, output),
        pytest.raises(RuntimeError, match="no such luck"),
    ):
        services.wait_for("The service", program, output, "ready")
    assert isinstance(program, subprocess.Popen)
    assert program.returncode is not None


@pytest.fixture
def extension(tmp_path):
    """Finds the file of a DuckDB extension that its wheel brought."""
    import importlib.util

    def find(name: str) -> str:
        origin = importlib.util.find_spec(f"duckdb_extension_{name}").origin
        return str(next(Path(origin).parent.rglob("*.duckdb_extension")))

    return find
