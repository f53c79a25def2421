"""Spoiled answers that a source does read: landed and built, every row of them is accounted for."""

from itertools import islice

import polars as pl

from harness.lake_steps import build_all, origin
from tests.support.answer_mutants import rows_or_sentence
from tests.support.full import IS_FULL
from tests.support.mutants import JSON, mutants
from tests.support.silver import ANSWERS, request
from wattlake.lake.landing.payloads import land_payload
from wattlake.lake.reports.set_aside import set_aside
from wattlake.lake.reports.status import reconciliation, troubles
from wattlake.lake.store.lake import Lake
from wattlake.tasks.sources import source

ASKED = {
    "carbon_intensity": request(),
    "energy_charts": request(bidding_zone="DE-LU"),
    "open_meteo": request(api="archive", zone=("london", "brighton")),
    "pvgis": request(zone="london", tilt_degrees="30", azimuth_degrees="90"),
}
LANDED_EACH = 12 if IS_FULL else 5


def test_what_is_read_of_spoiled_answers_is_accounted_for(calendar_lake: Lake):
    landed: dict[str, int] = {}
    for name, asked in ASKED.items():
        spoiled = mutants(f"landed {name}", [(ANSWERS / f"{name}.json").read_bytes()] * 200, JSON)
        read = ((mutant, rows_or_sentence(source(name), asked, mutant)) for mutant in spoiled)
        for mutant, rows in islice(((mutant, rows) for mutant, rows in read if rows is not None), LANDED_EACH):
            address = f"http://service.test/{name}?{mutant.name}"
            rows_landed = land_payload(calendar_lake, origin(name), address, mutant.content, "json", rows)
            assert rows_landed == len(rows), f"each is landed: {mutant}"
            landed[name] = landed.get(name, 0) + rows_landed
    build_all(calendar_lake)
    told_set_aside = set(set_aside(calendar_lake.reader()))
    assert [trouble for trouble in troubles(calendar_lake.reader()) if trouble not in told_set_aside] == []
    counted = reconciliation(calendar_lake.reader()).frame().group_by("source").agg(pl.col("landed").sum())
    assert {row["source"]: row["landed"] for row in counted.to_dicts() if row["landed"]} == landed
