"""What an error says to people."""

import duckdb
import pytest
from filelock import Timeout

from wattlake.lake.errors import ConflictError, told, typed_conflicts
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


def raised(action) -> BaseException:
    with pytest.raises((OSError, ValueError, duckdb.Error)) as caught:
        action()
    return caught.value


def test_an_error_of_the_system_names_the_path_and_what_to_do(tmp_path):
    (tmp_path / "file").touch()
    assert told(raised((tmp_path / "none").read_text)) == (
        f"No such file or directory: {tmp_path / 'none'}. Check the path."
    )
    assert told(raised(tmp_path.read_text)) == f"Is a directory: {tmp_path}. Name a file in it."
    assert told(raised((tmp_path / "file" / "x").mkdir)) == (
        f"Not a directory: {tmp_path / 'file' / 'x'}. "
        "A file stands where a folder is needed: move it away, or name another place."
    )


def test_an_error_without_a_path_or_a_number_keeps_its_words():
    assert told(OSError(5, "Input/output error")) == "Input/output error."
    assert told(OSError("Port 80 cannot be had.")) == "Port 80 cannot be had."
    assert told(Timeout("x.lock")) == "The file lock 'x.lock' could not be acquired."
    assert told(ValueError("Swap them.")) == "Swap them."


def test_of_duckdb_s_errors_the_first_paragraph_is_told_on_one_line():
    said = told(raised(lambda: duckdb.sql("from nowhere")))
    assert said.startswith("Catalog Error: Table with name nowhere does not exist!")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        (
            'Failed to execute query "COMMIT": database or disk is full',
            "The disk is full or does not answer: make room",
        ),
        ("Failed to get table information: database disk image is malformed", "The lake is damaged: `wattlake verify"),
        ("No magic bytes found at end of file 'x.parquet'", "The lake is damaged: `wattlake verify --deep` names"),
        (
            'IO Error: Cannot open file "/x/tables/gold/y/ducklake-1.parquet": No such file or directory',
            "The lake is damaged: `wattlake verify --deep` names",
        ),
        (
            "AzureStorageFileSystem open file 'az://x/tables/y/ducklake-1.parquet' failed with code 'BlobNotFound'",
            "The lake is damaged: `wattlake verify --deep` names",
        ),
        ('Cannot write "x": Read-only file system', "The lake cannot be written to: ask for the right"),
        (
            "x failed with ServerBusy Reason Phrase: Service Unavailable",
            "Azure Blob does not answer as it should: wait",
        ),
        (
            'Unable to connect to Postgres at "host=x": connection refused\n\tIs it running?',
            "The catalog's database does not answer: start it",
        ),
        (
            'Failed to get data file list from DuckLake: Failed to prepare query "x" (no result returned): no '
            "connection to the server",
            "The catalog's database does not answer: start it",
        ),
    ],
)
def test_what_fails_outside_of_duckdb_is_told_with_what_to_do(said: str, remedy: str):
    sentence = told(duckdb.IOException(said))
    assert sentence.startswith(remedy)
    assert ("What was committed stays" in sentence) is not remedy.startswith("The lake is damaged")
    assert "\n" not in sentence
    assert sentence.endswith(f"({' '.join(said.split())})")


def test_of_two_commits_to_one_table_the_later_is_a_conflict_by_its_type(tmp_path):
    lake = Lake(Settings(data=str(tmp_path / "lake")))
    lake.create()
    first, second = lake.reader(), lake.reader()
    for connection in (first, second):
        connection.execute("begin")
        connection.execute(
            "insert into ops.refusal (source, name, status, refused_at_utc, run_id) "
            "values ('energy_charts', '/price', 400, timestamp '2026-06-01', 'r')"
        )
    with typed_conflicts():
        first.execute("commit")
    with pytest.raises(ConflictError, match="Failed to commit") as caught, typed_conflicts():
        second.execute("commit")
    lake.close()

    assert isinstance(caught.value, duckdb.TransactionException), "who catches DuckDB's errors catches it, too"
    assert told(caught.value).startswith("TransactionContext Error: Failed to commit")


@pytest.mark.parametrize("wrong", ["commit", "begin; begin", "begin; select 'x'::int"])
def test_a_wrong_use_of_a_transaction_is_no_conflict(wrong):
    connection = duckdb.connect()
    with pytest.raises(duckdb.Error) as caught, typed_conflicts():
        connection.execute(wrong)
    assert not isinstance(caught.value, ConflictError)
