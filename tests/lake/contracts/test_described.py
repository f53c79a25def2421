"""A contract of the project folder, described in TOML or written as a class, is a contract like ours."""

from pathlib import Path

import polars as pl
import pytest
from pandera.errors import SchemaError

from tests.support.project_folder import forget, project_folder, write
from wattlake.lake.contracts import Column, columns, contracts, meaning_of_a_row, source_of, spec
from wattlake.lake.contracts.base import Contract
from wattlake.lake.contracts.of_project import from_toml
from wattlake.lake.contracts.promises import Group, Rule
from wattlake.lake.project import ProjectFileError

SHARE = """
row = "A meter's day with the share of its heat pump."
about = "Days without a reading have no row."
key = ["meter_id", "day"]
partitioned_by = ["year(period_start_utc)"]
look_back_days = 2
[columns.meter_id]
type = "varchar"
meaning = "Meter as its file names it"
references = "gold.meter_daily.meter_id"
[columns.day]
type = "DATE"
meaning = "The day"
[columns.period_start_utc]
type = "timestamp"
meaning = "Start of the day"
[columns.heat_pump_kwh]
type = "decimal(18,6)"
unit = "kWh"
meaning = "What the heat pump drew"
ge = 0
nullable = true
[columns.Config]
type = "integer"
meaning = "A name that a class has, too"
isin = [1, 2]
[[rules]]
name = "the share is below all"
holds = "heat_pump_kwh < 1000"
severity = "warn"
[[groups]]
name = "a day has few"
by = ["day"]
holds = "count(*) < 10"
"""
CLASS = '''
from wattlake.lake.contracts.base import Contract, column, table


class Fee(Contract):
    """One month's fee of a flat."""

    flat: str = column("The flat")
    fee_eur: float = column("What it pays", "EUR", ge=0)

    class Config:
        metadata = table("gold.fee_monthly", key=("flat",))
'''
READING = 'row = "A reading."\nkey = ["meter_id"]\n[columns.meter_id]\ntype = "text"\nmeaning = "Meter"\n'


def test_a_description_and_a_class_become_contracts_beside_ours(tmp_path: Path):
    ours = contracts()
    files = {"models/gold/heat_pump_daily.toml": SHARE, "models/gold/fee_monthly.py": CLASS}
    with project_folder(tmp_path, files):
        assert contracts().keys() - ours.keys() == {"gold.heat_pump_daily", "gold.fee_monthly"}
        assert ours.keys() <= contracts().keys()
        assert meaning_of_a_row("gold.heat_pump_daily") == "A meter's day with the share of its heat pump."
        assert (contracts()["gold.heat_pump_daily"].__doc__ or "").endswith("\n\nDays without a reading have no row.")
        promised = spec("gold.heat_pump_daily")
        assert (promised.key, promised.look_back_days) == (("meter_id", "day"), 2)
        assert promised.partitioned_by == ("year(period_start_utc)",)
        assert promised.rules == (Rule("the share is below all", "heat_pump_kwh < 1000", "warn"),)
        assert promised.groups == (Group("a day has few", ("day",), "count(*) < 10"),)
        assert list(columns("gold.heat_pump_daily").values()) == [
            Column("meter_id", "varchar", False, (), "Meter as its file names it", None, "gold.meter_daily.meter_id"),
            Column("day", "date", False, (), "The day", None),
            Column("period_start_utc", "timestamp", False, (), "Start of the day", None),
            Column(
                *("heat_pump_kwh", "decimal(18,6)", True),
                *((("greater_than_or_equal_to", {"min_value": 0}),), "What the heat pump drew", "kWh"),
            ),
            Column(
                *("Config", "bigint", False),
                *((("isin", {"allowed_values": [1, 2]}),), "A name that a class has, too", None),
            ),
        ]
        assert columns("gold.fee_monthly")["fee_eur"].unit == "EUR"
    assert contracts() == ours


def test_a_bronze_table_gets_its_landing_and_a_silver_table_too(tmp_path: Path):
    files = {
        "models/bronze/counters.toml": READING,
        "models/silver/counted.toml": READING,
        "models/silver/counted.sql": "-- One row is a reading.\nselect meter_id from bronze.counters",
    }
    with project_folder(tmp_path, files):
        assert {name: column.nullable for name, column in columns("bronze.counters").items()} == {
            "_landing_id": False,
            "_fetched_at_utc": False,
            "meter_id": True,
        }
        assert list(columns("silver.counted")) == ["meter_id", "_landing_id"]
        assert source_of("silver.counted") == "counters"
        assert "quarantine.counted" in contracts()


def test_a_frame_is_validated_by_a_description(tmp_path: Path):
    (tmp_path / "x.toml").write_text(READING + '[columns.kwh]\ntype = "double"\nmeaning = "Energy"\nle = 5\n')
    contract = from_toml("gold.x", tmp_path / "x.toml")

    assert issubclass(contract, Contract)
    contract.to_schema().validate(pl.DataFrame({"meter_id": ["a"], "kwh": [5.0]}))
    with pytest.raises(SchemaError, match="less_than_or_equal_to"):
        contract.to_schema().validate(pl.DataFrame({"meter_id": ["a"], "kwh": [5.1]}))


@pytest.mark.parametrize(
    ("written", "instead", "mistakes"),
    [
        ('row = "A reading."', "", ["`row` is missing."]),
        ('"text"', '"floaty"', ["`columns.meter_id.type` is `floaty`; expected is one of varchar, bigint, double,"]),
        ('"text"', '"decimal(40,2)"', ["`columns.meter_id.type` is `decimal(40,2)`; expected is one of"]),
        ('"text"', "7", ["`columns.meter_id.type` is `7`; expected is a text."]),
        ('meaning = "Meter"', "unti = 3", ["`columns.meter_id.meaning` is missing.", "`columns.meter_id.unti` is not"]),
        ('["meter_id"]', '["meter"]', ["`key` has `meter`, which is none of the columns: meter_id."]),
        ('meaning = "Meter"', 'meaning = "M"\nge = 1', ["`columns.meter_id.ge` bounds a text; only numbers have"]),
        ('meaning = "Meter"', 'meaning = "M"\nnullable = 1', ["`columns.meter_id.nullable` is `1`; expected is true"]),
        ("[columns.meter_id]", "look_back_days = true\n[columns.meter_id]", ["`look_back_days` is `True`; expected"]),
        (
            "[columns.meter_id]",
            '[[rules]]\nname = "x"\nseverity = "bad"\n[columns.meter_id]',
            ["`rules[1].holds` is missing.", "`rules[1].severity` is `bad`; expected is fail or warn."],
        ),
        ("[columns.meter_id]", "[columns]\nother = 3\n[columns.meter_id]", ["`columns.other` is no table."]),
        ("[columns.meter_id]", "[columns.meter_id", ["it is no TOML"]),
    ],
)
def test_each_mistake_is_a_sentence_with_file_and_key(tmp_path: Path, written, instead, mistakes):
    file = tmp_path / "models/gold/x.toml"
    with (
        project_folder(tmp_path, {"models/gold/x.toml": READING.replace(written, instead)}),
        pytest.raises(ProjectFileError) as raised,
    ):
        from_toml("gold.x", file)
    lines = str(raised.value).splitlines()
    assert len(lines) == len(mistakes)
    for line, mistake in zip(lines, mistakes, strict=True):
        assert line.startswith("models/gold/x.toml")
        assert mistake in line


def test_no_contract_takes_the_name_of_another(tmp_path: Path):
    with project_folder(tmp_path, {"models/gold/zone.toml": READING}) as folder:
        with pytest.raises(
            ProjectFileError, match=r"models/gold/zone.toml:1: `gold.zone` is a table of Wattlake's own"
        ):
            contracts()
        (folder / "models/gold/zone.toml").unlink()
        write(folder, {"models/gold/fee_monthly.py": CLASS, "models/gold/fee_monthly.toml": READING})
        forget()
        with pytest.raises(ProjectFileError, match=r"fee_monthly.toml:1: `gold.fee_monthly` has another contract"):
            contracts()
        (folder / "models/gold/fee_monthly.toml").unlink()
        write(folder, {"models/gold/fee_monthly.py": CLASS.replace("fee_monthly", "fee_yearly")})
        forget()
        with pytest.raises(ProjectFileError, match=r"fee_monthly.py:1: it has 0 contracts of `gold.fee_monthly`"):
            contracts()
