"""What a contract promises is bound over its columns before anything runs."""

from pathlib import Path

import pytest

from tests.lake.project_check.test_check import SHARE_TOML, mistakes
from tests.support.own_models import SHARE_CONTRACT

NOTHING_READ = "The function `read_text` cannot be used here"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            '[[rules]]\nname = "r"\nholds = "heat_kwh > 0"',
            "`rules[1].holds` cannot hold: Binder Error: Referenced column",
        ),
        ('[[rules]]\nname = "r"\nholds = "1 = (select count(*) from read_text(\'/etc/passwd\'))"', NOTHING_READ),
        (
            '[[rules]]\nname = "r"\nholds = "true) or (select true from read_text(\'x\')"',
            "`rules[1].holds` cannot hold: ",
        ),
        ('[[rules]]\nname = "r"\nholds = "true from gold.zone union select true"', "`rules[1].holds` cannot hold: "),
        ('[[rules]]\nname = "r"\nholds = "half(heat_pump_kwh) > 0"', "`rules[1].holds` calls half"),
        ('[[groups]]\nname = "g"\nby = ["house"]\nholds = "count(*) = 1"', "`groups[1].by` has `house`, which is none"),
        (
            '[[groups]]\nname = "g"\nby = ["meter_id"]\nholds = "energy_kwh > 0"',
            "`groups[1].holds` cannot hold: Binder",
        ),
        ("rules = [1]", "`rules` has `1`; expected are tables."),
        ('volume = "sum(kwh)"', "`volume` cannot hold: Binder Error"),
        ('volume = "energy_kwh"', "`volume` cannot hold: Binder Error"),
        ('partitioned_by = ["year(begin)"]', "`partitioned_by` has `year(begin)`; expected is a column, or year"),
        ('partitioned_by = ["meter_id); drop table gold.zone; --"]', "`partitioned_by` has `meter_id); drop"),
        ("partitioned_by = [1]", "`partitioned_by` has `1`; expected are texts."),
        ("look_back_days = -1", "`look_back_days` is -1; expected are 0 to 3660 days"),
        ("look_back_days = 99999999999", "`look_back_days` is 99999999999; expected are"),
        ("has_intervals = true", "`has_intervals` needs the column period_minutes"),
    ],
)
def test_a_promise_that_cannot_be_held_is_told_with_its_line(tmp_path: Path, line: str, said: str):
    row, _, rest = SHARE_CONTRACT.strip().partition("\n")
    lines = [each for each in rest.splitlines() if not each.startswith(line.partition(" =")[0])]
    text = "\n".join([row, *lines, line]) if line.startswith("[[") else "\n".join([row, line, *lines])
    mistake = " ".join(mistakes(tmp_path, **{SHARE_TOML: text}))
    assert said in mistake
    number = text.splitlines().index(line.splitlines()[-1]) + 1
    number -= said.startswith("`groups[1].by`")
    assert mistake.startswith(f"{SHARE_TOML}:{number}: ")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            'key = ["meter_id", "period_start_utc"]',
            'key = [["meter_id"]]',
            "`key` has `['meter_id']`; expected are texts.",
        ),
        ('key = ["meter_id", "period_start_utc"]', 'key = ["meter_id", "meter_id"]', "`key` has `meter_id` twice."),
        ("[columns.meter_id]", "[columns.meter_id]\nnullable = true", "`key` has `meter_id`, which is nullable"),
        (
            "[columns.meter_id]",
            '[columns.meter_id]\nreferences = "gold.house.id"',
            "is `gold.house.id`, which is no column",
        ),
        (
            "[columns.energy_kwh]",
            '[columns.METER_ID]\ntype = "varchar"\nmeaning = "x"\n[columns.energy_kwh]',
            "make no table",
        ),
        (
            "[columns.energy_kwh]",
            '[columns.""]\ntype = "varchar"\nmeaning = "x"\n[columns.energy_kwh]',
            "`columns.` has no name",
        ),
        (
            "[columns.energy_kwh]",
            '[columns.rowid]\ntype = "varchar"\nmeaning = "x"\n[columns.energy_kwh]',
            "DuckDB has for itself",
        ),
    ],
)
def test_columns_and_keys_that_no_table_has_are_told(tmp_path: Path, before: str, after: str, said: str):
    assert before in SHARE_CONTRACT
    text = SHARE_CONTRACT.replace(before, after)
    assert said in " ".join(mistakes(tmp_path, **{SHARE_TOML: text}))
