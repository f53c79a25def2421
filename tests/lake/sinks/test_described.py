"""A sink's file is read and checked; what is wrong is named, and no secret stands in it or in an error."""

from datetime import UTC, datetime, timedelta

import pytest

from harness.lake_steps import NOW
from tests.support.project_folder import project_folder
from wattlake.lake.sinks.described import read_sink, read_sinks
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.due import due
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sinks.tables import tables_of

PASSWORD = "Kanarien5vogel/@?"
ADDRESS = "postgresql://loader:${SECRET}@db.test:5432/energy"


@pytest.fixture
def described(tmp_path):
    """A function that reads a sink's file with some content."""

    def read(*lines: str) -> Sink:
        path = tmp_path / "dwh.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return read_sink(path, {"SECRET": PASSWORD, "EMPTY": ""})

    return read


def test_a_password_comes_from_the_environment_and_is_shown_nowhere(described):
    sink = described('kind = "postgres"', f'address = "{ADDRESS}"')
    assert (sink.address.user, sink.address.password) == ("loader", PASSWORD)
    assert PASSWORD not in f"{sink!r} {sink} {sink.model_dump_json()}"


def test_the_file_of_any_editor_is_read_and_of_no_other_encoding(tmp_path):
    (tmp_path / "dwh.toml").write_bytes(b'\xef\xbb\xbfkind = "files"\r\naddress = "out"\r\n')
    assert read_sink(tmp_path / "dwh.toml", {}).kind == "files"
    (tmp_path / "dwh.toml").write_bytes(b'kind = "files"\naddress = "\xe9"\n')
    with pytest.raises(SinkError, match=r"dwh\.toml:2: it has a byte that is no UTF-8"):
        read_sink(tmp_path / "dwh.toml", {})


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['kind = "postgres'], "dwh.toml is not TOML"),
        (['kind = "oracle"', f'address = "{ADDRESS}"'], "`kind`: Input should be"),
        (['kind = "postgres"', 'address = "postgresql://me:secret5@db.test/energy"'], "holds a password"),
        (['kind = "postgres"', 'address = "postgresql://db.test/energy?password=secret5"'], "holds a password"),
        (['kind = "files"', 'address = "az://a/b"', "[options]", 'account_key = "secret5"'], "holds a secret"),
        (['kind = "postgres"', 'address = "postgresql://db.test/${NOT_SET}"'], "NOT_SET, which is not set"),
        (['kind = "postgres"', 'address = "postgresql://db.test/${EMPTY}"'], "EMPTY, which is not set"),
        (['kind = "postgres"', f'address = "{ADDRESS}"', 'when = "often"'], "Write build, hand, or every 6 hours"),
        (['kind = "postgres"', f'address = "{ADDRESS}"', "frequency = 3"], "`frequency`: Extra inputs"),
        (['kind = "postgres"', f'address = "{ADDRESS}"', f'schema = "{64 * "x"}"'], "longer than 63 bytes"),
    ],
)
def test_what_is_wrong_is_named_and_no_secret_repeated(described, lines, said):
    with pytest.raises(SinkError) as error:
        described(*lines)
    assert said in str(error.value)
    assert "secret5" not in str(error.value)
    assert PASSWORD not in str(error.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"tables": ["fact_tea"]}, "names the table `fact_tea`, which the lake does not have"),
        ({"table": {"dim_zone": {"columns": ["height"]}}}, "wants the column `height` of warehouse.dim_zone"),
        ({"tables": ["dim_user"], "table": {"dim_zone": {}}}, "does not list it in `tables`"),
        ({"table": {"dim_zone": {"name": "dim_user"}}}, "gives two tables the name `dim_user`"),
    ],
)
def test_tables_and_columns_that_are_not_there_are_named(more, said):
    sink = Sink.model_validate({"name": "dwh", "kind": "postgres", "address": "postgresql://db.test/x"} | more)
    with pytest.raises(SinkError, match=r"sinks/dwh\.toml") as error:
        tables_of(sink)
    assert said in str(error.value)


def test_sinks_are_found_in_the_project_folder(tmp_path):
    with project_folder(tmp_path):
        with pytest.raises(SinkError, match="There is no sink"):
            read_sinks()
        (tmp_path / "sinks").mkdir()
        for name in ("b", "a"):
            (tmp_path / "sinks" / f"{name}.toml").write_text('kind = "files"\naddress = "out"\n', encoding="utf-8")
        assert [sink.name for sink in read_sinks()] == ["a", "b"]
        assert [sink.name for sink in read_sinks(["b"])] == ["b"]
        with pytest.raises(SinkError, match=r"no sink `c`\. There are: a, b"):
            read_sinks(["c"])


def test_sinks_are_due_after_a_build_or_once_their_time_has_come(folder_lake):
    sinks = [
        Sink.model_validate({"name": name, "kind": "files", "address": "out", "when": when})
        for name, when in [("built", "build"), ("six", "every 6 hours"), ("daily", "every 1 day"), ("by hand", "hand")]
    ]
    insert = "insert into ops.export by name select ? as sink, ?::timestamp as started_at_utc, ? as status"
    for values in (["six", "2013-03-01 05:59", "completed"], ["daily", "2013-03-01 00:00", "completed"]):
        folder_lake.write(lambda connection, values=values: connection.execute(insert, values))
    folder_lake.write(lambda c: c.execute(insert, ["six", "2013-03-01 11:00", "failed"]))
    reader = folder_lake.reader()

    def names(occasion: str, now: datetime) -> list[str]:
        return [sink.name for sink in due(reader, sinks, occasion, now)]

    assert names("build", NOW) == ["built"]
    assert names("clock", NOW) == ["six"]
    assert names("clock", datetime(2013, 3, 1, 11, 58, tzinfo=UTC)) == []
    assert names("clock", NOW + timedelta(days=1)) == ["six", "daily"]
