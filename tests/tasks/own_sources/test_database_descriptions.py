"""A database is described by a file of the project, and each mistake in it is told in a sentence."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.project_folder import project_folder
from wattlake.lake.addresses import Address
from wattlake.lake.odbc_string import OdbcString
from wattlake.tasks.own_sources import OwnSourceError
from wattlake.tasks.own_sources.environment import filled
from wattlake.tasks.own_sources.toml_text import toml_text
from wattlake.tasks.sources import source

GOOD = 'kind = "database"\naddress = "sqlite:meters.sqlite"\ntable = "readings"\nwatermark = "id"\n'


@pytest.fixture
def described(tmp_path: Path) -> Iterator[Callable[[str], object]]:
    with project_folder(tmp_path) as folder:
        (folder / "sources").mkdir()

        def describe(toml: str) -> object:
            (folder / "sources" / "meters_db.toml").write_text(toml, encoding="utf-8")
            return source("meters_db")

        yield describe


def test_a_description_says_all_that_is_to_be_known(described, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("METERS_PASSWORD", "p@s/s")
    database = described(
        'kind = "database"\naddress = "postgresql://reader:$METERS_PASSWORD@db.test:5433/metering?sslmode=require"\n'
        'table = "public.readings"\nwatermark = "read_at"\nlook_back = "36 hours"\nkey = ["meter"]\nchunk_rows = 5\n'
        'licence = "ours"\nafter = ["members"]\n'
    )
    assert isinstance(database.address, Address)
    assert (database.address.password, str(database.address)) == ("p@s/s", "postgresql://db.test:5433/metering")
    assert (database.system, database.table_parts, database.watermark) == (
        "postgresql",
        ("public", "readings"),
        "read_at",
    )
    assert (database.look_back, database.key, database.chunk_rows) == (timedelta(hours=36), ("meter",), 5)
    assert (database.licence, database.after, database.table) == ("ours", ("members",), "bronze.meters_db")
    assert "p@s" not in repr(database)


def test_a_path_of_sqlite_starts_at_the_project(described, tmp_path: Path):
    database = described(GOOD)
    assert database.address.get_secret_value() == str(tmp_path / "meters.sqlite")


def test_an_odbc_string_takes_secrets_from_the_environment_or_the_projects_env_file(described, tmp_path: Path):
    (tmp_path / ".env").write_text("SQLSERVER_PASSWORD='a;b}c'\n")
    database = described(
        GOOD.replace("sqlite:meters.sqlite", "odbc:Driver={ODBC Driver 18};Server=s;UID=u;PWD=$SQLSERVER_PASSWORD")
    )
    assert isinstance(database.address, OdbcString)
    assert database.address.get_secret_value() == "Driver={ODBC Driver 18};Server=s;UID=u;PWD={a;b}}c}"
    assert str(database.address) == "driver=ODBC Driver 18;server=s"
    assert database.address.masked("no login with a;b}c for user") == "no login with … for user"


@pytest.mark.parametrize(
    "line", ['address_env = "METERS_DATABASE"', 'address = "${METERS_DATABASE}"', 'address = "$METERS_DATABASE"']
)
def test_the_whole_address_may_be_a_variable(described, monkeypatch, line):
    monkeypatch.setenv("METERS_DATABASE", "mariadb://u:secret@db.test/m")
    database = described(GOOD.replace('address = "sqlite:meters.sqlite"', line))
    assert (database.system, str(database.address)) == ("mysql", "mariadb://db.test/m")


def test_rows_are_mapped_to_what_their_mapping_is_of(described, tmp_path: Path):
    mapping = (
        '\n[mapping.columns]\nmeter = "meter"\ndatetime = "read_at"\nvalue = "kwh"\n'
        '[mapping.time]\nformat = "%Y-%m-%d %H:%M:%S"\nzone = "UTC"\nlabel = "start"\nperiod_minutes = 60\n'
        '[mapping.energy]\nunit = "kWh"\n'
    )
    inline = described(GOOD + mapping)
    assert (inline.table, inline.mapped_to, inline.landed_as) == ("bronze.smart_meters", "smart_meters", "smart_meters")
    assert inline.mapping.startswith('"name" = "meters_db"\n')
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "m.toml").write_text(inline.mapping, encoding="utf-8")
    assert described(f'{GOOD}mapping = "mappings/m.toml"\n').mapping == inline.mapping


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ("chunk = 3", "`chunk` is no key here; docs/connect.md has them all"),
        ("chunk_rows = 0", "`chunk_rows`: input should be greater than or equal to 1, but it is 0"),
        ("chunk_rows = '5'", "`chunk_rows`: input should be a valid integer, but it is '5'"),
        ("whole = true", "give one of `watermark` and `whole`; here are watermark and whole"),
        ("query = 'select 1'", "give one of `query` and `table`; here are query and table"),
        ("address_env = 'A'", "give one of `address` and `address_env`; here are address and address_env"),
        ("look_back = '2 weeks'", '`look_back` is `2 weeks`; expected is a time such as "2 days", or a whole number'),
        ("look_back = -1", "`look_back` is `-1`; expected is a time such as"),
        ("mapping = 'no.toml'", "`mapping` names no.toml, which cannot be read (No such file or directory)"),
        ("mapping = 'x'\ncolumns = {a = {}}", "give one of `mapping` and `columns`: rows are mapped, or have a table"),
        ("[mapping]\nx = 1", "[mapping], is not a mapping: "),
    ],
)
def test_a_mistake_is_told_with_file_and_key(described, toml: str, fault: str):
    with pytest.raises(OwnSourceError) as refused:
        described(GOOD + toml)
    assert str(refused.value).startswith("sources/meters_db.toml")
    assert fault in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        (
            "oracle://db/x",
            "`address` begins with `oracle`; expected is postgresql://, mysql://, mariadb://",
        ),
        (
            "postgresql://u:secret@db/x",
            "`address` holds a password. Put it into the environment or .env, and here",
        ),
        ("mysql://db/x?password=secret", "`address` holds a password."),
        ("odbc:Driver={x};PWD=secret", "`address` holds a password."),
        ("postgresql://u:$NOT_SET_ANYWHERE@db/x", "`address`: the variable NOT_SET_ANYWHERE is not set. Set it in the"),
        ("postgresql://u@d b/x", "`address`: `postgresql://…` cannot be read as an address."),
    ],
)
def test_a_wrong_address_is_told_without_what_is_secret(described, address: str, fault: str):
    with pytest.raises(OwnSourceError) as refused:
        described(GOOD.replace("sqlite:meters.sqlite", address))
    assert fault in str(refused.value)
    assert "secret" not in str(refused.value)


def test_several_mistakes_are_a_sentence_each(described):
    with pytest.raises(OwnSourceError) as refused:
        described('kind = "database"\nlook_back = "x"\n')
    sentences = str(refused.value).split("\n")
    assert len(sentences) == 5
    assert all(each.startswith("sources/meters_db.toml: ") and each.endswith(".") for each in sentences)


def test_a_variable_is_put_where_its_name_stands(monkeypatch):
    monkeypatch.setenv("NAME", "x")
    assert filled("$NAME ${NAME}y $1 $$", str.upper) == "X Xy $1 $$"


def test_toml_is_written_as_it_is_read():
    import tomllib
    from datetime import date, datetime

    table = {"a b": 'x"\n\t\\ \x7f é', "c": {"d": [1, 2.5, True], "e": {}}, "f": [{"g": date(2026, 1, 1)}], "": [[]]}
    table["h"] = datetime(2026, 1, 1, 12)  # noqa: DTZ001
    assert tomllib.loads(toml_text(table)) == table
