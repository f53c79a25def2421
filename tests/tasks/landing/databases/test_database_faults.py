"""What is wrong with a database is told in a sentence, and nothing of that landing is kept."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.databases import PASSWORD, Origin
from tests.support.described_databases import (
    describe,
    empty_lake,
    lake,
    landed,
    origin,
    project,
    reading,
    rows_of,
    table,
)
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.databases.connecting import DatabaseGoneError
from wattlake.tasks.landing.failures import PartlyLandedError

__all__ = ["describe", "empty_lake", "lake", "origin", "project"]


@contextmanager
def breaking_off(host: str, port: int, after_bytes: int) -> Iterator[int]:
    """A way to a server that breaks off after so many bytes of answers; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def pass_on(client: socket.socket, left: list[int]) -> None:
        with socket.create_connection((host, port)) as server, client:
            asked = threading.Thread(target=_copy, args=(client, server, [1 << 40]), daemon=True)
            asked.start()
            _copy(server, client, left)

    def serve() -> None:
        left = [after_bytes]
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=pass_on, args=(client, left), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def _copy(source: socket.socket, target: socket.socket, left: list[int]) -> None:
    with suppress(OSError):
        while left[0] > 0 and (part := source.recv(min(65536, left[0]))):
            target.sendall(part)
            left[0] -= len(part)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("origin", ["mysql"], indirect=True)
def test_a_connection_that_breaks_off_leaves_nothing_of_its_stretch(origin: Origin, describe, lake: Lake, mariadb):
    readings = ", ".join(reading(number, "m" * 50) for number in range(1, 3001))
    table(origin, reading(0))
    origin.run(f"insert into readings values {readings}")
    whole = origin.address
    with breaking_off("127.0.0.1", mariadb.port, after_bytes=20_000) as port:
        origin.address = whole.replace(f":{mariadb.port}/", f":{port}/")
        describe(origin, 'table = "readings"', 'watermark = "id"', "chunk_rows = 1000")
        with pytest.raises((ValueError, PartlyLandedError), match=r"Nothing of this landing was kept") as broken:
            landed(lake)
    cause = broken.value.__cause__ if isinstance(broken.value, PartlyLandedError) else broken.value
    assert isinstance(cause, DatabaseGoneError), "who runs it again may have luck"
    kept = len(rows_of(lake))
    assert kept in (0, 1000, 2000)
    assert PASSWORD not in str(broken.value)
    origin.address = whole
    describe(origin, 'table = "readings"', 'watermark = "id"', "chunk_rows = 1000")
    assert sum(landed(lake)) == 3001 - kept
    assert [row[0] for row in rows_of(lake)] == list(range(3001))


@pytest.mark.parametrize("origin", ["postgresql", "mysql", "odbc"], indirect=True)
def test_a_database_that_does_not_let_one_in_is_told_without_the_password(
    origin: Origin, describe, lake: Lake, monkeypatch
):
    monkeypatch.setenv("ORIGIN_PASSWORD", "wrong-" + PASSWORD)
    origin.address = origin.address.replace("r%40x", "nobody").replace("r@x", "nobody")
    describe(origin, 'table = "readings"', "whole = true")
    with pytest.raises(ValueError, match=r"^origin: .*Nothing of this landing was kept") as refused:
        landed(lake)
    assert PASSWORD not in str(refused.value)
    assert "drop" not in str(refused.value)


@pytest.mark.parametrize(
    ("wanted", "watermark", "fault"),
    [
        ('table = "reading"', "id", "origin: .*reading.*Nothing of this landing was kept"),
        ('table = "readings"', "ids", "origin: .*ids.*Nothing of this landing was kept"),
        (
            'query = "select kwh from readings"',
            "kwh",
            r"`kwh` holds DECIMAL\(12,6\); expected is a whole number, a day",
        ),
        ('query = "select id, meter, kwh from readings"', "id", "the column `read_at` is missing; there are id, meter"),
        ('look_back = "1 day"\ntable = "readings"', "id", "`look_back` is a time, and `id` holds values such as 1"),
    ],
)
@pytest.mark.parametrize("origin", ["postgresql"], indirect=True)
def test_a_description_that_does_not_fit_is_told(origin: Origin, describe, lake: Lake, wanted, watermark, fault):
    table(origin, reading(1))
    if "look_back" in wanted:
        describe(origin, 'table = "readings"', 'watermark = "id"')
        landed(lake)
    describe(origin, wanted, f'watermark = "{watermark}"')
    before = len(rows_of(lake))
    with pytest.raises(ValueError, match=fault):
        landed(lake)
    assert len(rows_of(lake)) == before


def test_a_changed_column_and_a_type_that_does_not_fit_are_told_with_the_value(origin: Origin, describe, lake: Lake):
    table(origin, reading(1))
    columns = "id, meter, read_at, cast(kwh as varchar) as kwh"
    describe(origin, f'query = "select {columns} from readings"', 'watermark = "id"')
    assert landed(lake) == [1]
    origin.run(f"insert into readings values {reading(2)}; insert into readings values (3, 'm', '2026-01-01', null)")
    describe(origin, "query = \"select id, meter, read_at, 'a lot' as kwh from readings\"", 'watermark = "id"')
    with pytest.raises(ValueError, match=r"`kwh` holds `a lot` \(VARCHAR\) in 2 rows; expected is decimal\(18,6\)"):
        landed(lake)
    describe(origin, 'query = "select id, meter as name, read_at, kwh from readings"', 'watermark = "id"')
    with pytest.raises(ValueError, match=r"`meter` is missing; there are id, name, read_at, kwh\."):
        landed(lake)
    describe(origin, 'query = "select id, meter, read_at, kwh, 7 as more from readings"', 'watermark = "id"')
    assert landed(lake) == [2], "a column more is archived, and no fault"
    assert [row[0] for row in rows_of(lake)] == [1, 2, 3]


def test_rows_without_a_value_that_grows_are_told(origin: Origin, describe, lake: Lake, warnings_logged):
    table(origin, reading(1))
    origin.run("insert into readings values (null, 'm', null, 1), (null, 'm', null, 1)")
    describe(origin, 'table = "readings"', 'watermark = "id"')
    assert landed(lake) == [1]
    assert "origin: 2 rows have nothing in `id` and are not read" in warnings_logged.text


@pytest.mark.parametrize("origin", ["postgresql", "mysql"], indirect=True)
def test_a_query_cannot_write(origin: Origin, describe, lake: Lake, mariadb, postgres_database):
    table(origin, reading(1))
    if origin.system == "mysql":
        origin.address = mariadb.address(origin.address.rpartition("/")[2])
    else:
        origin.address = postgres_database
    changing = "with gone as (delete from readings returning *) select * from gone"
    writes = {"mysql": "delete from readings", "postgresql": changing}
    describe(origin, f'query = "{writes[origin.system]}"', "whole = true")
    with pytest.raises(ValueError, match="Nothing of this landing was kept"):
        landed(lake)
    describe(origin, 'query = "select * from readings"', "whole = true")
    assert landed(lake) == [1]


def test_a_table_that_nobody_described_is_told(origin: Origin, describe, lake: Lake, project: Path):
    describe(origin, 'table = "readings"', "whole = true", name="other")
    with pytest.raises(ValueError, match=r"^sources/other\.toml: there is no table for its rows: give"):
        landed(lake, "other")
