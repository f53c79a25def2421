"""Spoiled answers of described services: each is rows of text or one sentence, never anything else."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.support.mutants import BYTES, CSV, JSON, Mutant, mutants
from tests.support.rest_sources import OWN, described, questions
from tests.tasks.own_sources.rest.test_rest_rows import COLUMNS_OF_PRICES, OF_PRICES, PRICES

DAY = date(2026, 3, 4)
LISTED = json.dumps({"data": [{"start": f"2026-03-04T{hour:02}:00Z", "kwh": hour / 7} for hour in range(24)]}).encode()
LINES = b"start,kwh\n" + b"".join(f'"2026-03-04T{hour:02}:00Z",{hour / 7}\n'.encode() for hour in range(24))
CASES = {
    "json": (f'{OWN}[rows]\npath = "data"', LISTED, JSON),
    "csv": (f'{OWN}[rows]\nformat = "csv"', LINES, CSV),
    "xml": (f'{COLUMNS_OF_PRICES}{OF_PRICES}omitted = "repeat"', PRICES.encode(), BYTES),
}
MUTANTS_EACH = 200


@pytest.mark.parametrize("name", CASES)
def test_a_spoiled_answer_is_rows_of_text_or_a_sentence(name: str, tmp_path: Path):
    toml, original, spoils = CASES[name]
    refused = 0
    with described(tmp_path, f'url = "http://service.test/x"\n{toml}') as api:
        (asked,) = questions(api, DAY, DAY)
        for mutant in mutants(name, [original] * MUTANTS_EACH, spoils):
            refused += not is_read(api, asked, mutant)
    assert MUTANTS_EACH / 10 < refused < MUTANTS_EACH


def is_read(api, asked, mutant: Mutant) -> bool:
    """Read a mutant; what is refused is told in one sentence of what was asked, what came and what was expected."""
    try:
        rows = api.read(asked, mutant.content)
    except ValueError as error:
        sentence = str(error)
        assert sentence.startswith("Asked http://service.test/x, got `"), f"{mutant}\n{error!r}"
        assert ", expected " in sentence
        return False
    assert set(rows.dtypes) == {pl.String}, str(mutant)
    assert len(rows) <= 10_000
    return True
