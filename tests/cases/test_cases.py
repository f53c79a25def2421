"""Small inputs of the kinds that people complain of in public: mapped, landed, built, and compared by meter.

They are on ../shared, and so is what is expected of each; without them, nothing is tested here.
"""

import io
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from harness.services import PROJECT
from tests.cases.expected import AWAY, CASES, EVERY_METER, PRODUCTION, Case
from tests.support.small_world import environment
from wattlake.app import cli
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

FOLDER = next(
    (folder for above in PROJECT.parents if (folder := above / "shared" / "cases").is_dir()), PROJECT.parent / "shared"
)

OF_PLANTS = "65-plant-power-without-the-word-ac"
MAPPED = [case for case in CASES if case.energy_wh]
CLOSE_WH = 0.6
"""READMEs give whole Wh."""

pytestmark = pytest.mark.skipif(FOLDER.name != "cases", reason="the cases are not here")


class Answer(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    written: str


def wattlake(*arguments: object) -> Answer:
    """Run a command in this process."""
    before, written = sys.argv, io.StringIO()
    sys.argv = ["wattlake", *map(str, arguments)]
    try:
        with redirect_stdout(written), redirect_stderr(written), pytest.raises(SystemExit) as ended:
            cli.main()
    finally:
        sys.argv = before
    return Answer(int(ended.value.code or 0), " ".join(written.getvalue().split()))


def number(case: Case) -> int:
    return CASES.index(case)


@pytest.fixture(scope="module")
def walked(tmp_path_factory) -> tuple[Path, dict[int, Answer]]:
    """The lakes into which all cases with energies were landed, and what `map` said of each."""
    folder = tmp_path_factory.mktemp("cases")
    answers = {}
    for case in MAPPED:
        source = "inverters" if case.folder == OF_PLANTS else "smart_meters"
        inbox = folder / f"lake-{case.lake}" / source / f"case-{number(case)}"
        inbox.mkdir(parents=True)
        shutil.copy(FOLDER / case.folder / case.file, inbox)
        with environment({"WATTLAKE_TIMEZONE": case.zone}):
            answers[number(case)] = wattlake("map", inbox / case.file, "--out", inbox, *case.options)
        mapping = inbox / "mapping.toml"
        if mapping.is_file():  # No two mappings of an inbox share a name, as files of two cases might.
            mapping.write_text(mapping.read_text().replace('name = "', f'name = "case-{number(case)}-', 1))
    for lake in sorted({case.lake for case in MAPPED}):
        with environment(settings(folder / f"lake-{lake}")):
            for source in ("smart_meters", "inverters"):
                if (folder / f"lake-{lake}" / source).is_dir():
                    ingested = wattlake("ingest", source)
                    assert ingested.code == 0, ingested.written
            assert wattlake("build").code == 0
    return folder, answers


def settings(folder: Path) -> dict[str, str]:
    sources = {"WATTLAKE_SMART_METERS": "smart_meters", "WATTLAKE_INVERTERS": "inverters"}
    return {"WATTLAKE_DATA": str(folder / "lake")} | {name: str(folder / source) for name, source in sources.items()}


def energies(folder: Path, case: Case) -> dict[str, tuple[float, int]]:
    """Read from silver the energy of each meter, or panel, of a case, in Wh, and the number of its readings."""
    lake = Lake(Settings(data=str(folder / f"lake-{case.lake}" / "lake")), read_only=True)
    table, whose, wh = "meter_reading", "meter_id", "1000 * energy_kwh"
    if case.folder == OF_PLANTS:
        table, whose, wh = "inverter_reading", "panel_id", "ac_power_w * period_minutes / 60"
    rows = lake.reader().execute(
        f"""
        select {whose}, sum(cast({wh} as double)), count(*) from silver.{table} as reading
        inner join ops.landing as landing on landing.landing_id = reading._landing_id
        where landing.name = ? group by 1
        """,
        [case.file],
    )
    return {meter: (energy, count) for meter, energy, count in rows.fetchall()}


@pytest.mark.parametrize("case", MAPPED, ids=lambda case: case.folder)
def test_a_case_gives_the_energies_that_are_expected(walked, case: Case):
    folder, answers = walked
    answer = answers[number(case)]
    assert answer.code == 0, answer.written
    assert case.said.casefold() in answer.written.casefold()
    by_meter = energies(folder, case)
    produced = {meter: energy for meter, (energy, _) in by_meter.items() if meter.endswith("-production")}
    consumed = {meter: energy for meter, (energy, _) in by_meter.items() if meter not in produced}
    for meter, wh in case.energy_wh.items():
        got = {EVERY_METER: sum(consumed.values()), PRODUCTION: sum(produced.values())}.get(meter)
        assert (consumed | produced).get(meter, got) == pytest.approx(wh, abs=max(CLOSE_WH, wh * 1e-5)), by_meter
    if PRODUCTION not in case.energy_wh and not any(meter.endswith("-production") for meter in case.energy_wh):
        assert sum(produced.values()) == 0
    if case.readings:
        assert sum(count for meter, (_, count) in by_meter.items() if meter in consumed) == case.readings


@pytest.mark.parametrize("case", [case for case in MAPPED if case.starts], ids=lambda case: case.folder)
def test_a_case_has_its_energies_at_the_instants_that_are_expected(walked, case: Case):
    folder, _ = walked
    lake = Lake(Settings(data=str(folder / f"lake-{case.lake}" / "lake")), read_only=True)
    rows = lake.reader().execute(
        """
        select strftime(period_start_utc, '%Y-%m-%d %H:%M'), cast(1000 * energy_kwh as double)
        from silver.meter_reading as reading inner join ops.landing as landing
        on landing.landing_id = reading._landing_id where landing.name = ? order by 1
        """,
        [case.file],
    )
    read = dict(rows.fetchall())
    assert {at: read.get(at) for at in case.starts} == pytest.approx(case.starts)
    assert min(read) == min(case.starts) or case.folder.startswith("07")


@pytest.mark.parametrize("case", [case for case in CASES if case.refusal], ids=lambda case: case.folder)
def test_a_case_that_cannot_be_read_is_refused_by_name(case: Case, tmp_path):
    answer = wattlake("map", FOLDER / case.folder / case.file, "--out", tmp_path, *case.options)
    assert answer.code == 2
    assert case.refusal in answer.written
    assert not any(tmp_path.iterdir())


def test_every_case_is_looked_at():
    folders = {folder.name for folder in FOLDER.iterdir() if folder.is_dir()}
    assert {case.folder for case in CASES} | AWAY.keys() == folders
