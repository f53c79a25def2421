"""The guides of files: each example is read as they say, and they name every key, layout and example there is."""

import re
import shlex
from pathlib import Path

import pydantic
import pytest

from harness.services import PROJECT
from tests.support.guides import blocks, commands, follows, lines_of
from wattlake.lake.mapping import Mapping, PriceMapping, RegisterMapping, StationMapping

GUIDE = (PROJECT / "docs" / "meter-files.md").read_text(encoding="utf-8")
OTHER_GUIDE = (PROJECT / "docs" / "other-files.md").read_text(encoding="utf-8")
MAPPINGS = PROJECT / "wattlake" / "mappings"


def keys_of(model: type[pydantic.BaseModel], prefix: str = "") -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, pydantic.BaseModel):
            found += keys_of(field.annotation, f"{prefix}{field.alias or name}.")
        else:
            found.append(f"{prefix}{field.alias or name}")
    return found


@pytest.mark.parametrize(("guide", "least"), [(GUIDE, 6), (OTHER_GUIDE, 1)], ids=["meters", "others"])
def test_each_example_ends_as_the_guide_says(wattlake, tmp_path: Path, monkeypatch, guide: str, least: int):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WATTLAKE_TIMEZONE", "UTC")
    for name, content in [*blocks("csv", guide), *blocks("toml", guide)]:
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert len(commands(guide)) >= least
    for command, shown in commands(guide):
        said = wattlake(*shlex.split(command))
        assert (said.code, bool(said.out)) == ((2, False) if shown.startswith("Error: ") else (0, True))
        assert follows(lines_of(said.out + said.err), lines_of(shown)), f"{command}\n{said.out}{said.err}"


def test_the_guide_has_every_key_and_no_other():
    assert sorted(re.findall(r"^\| `([\w.]+)` \|", GUIDE, flags=re.MULTILINE)) == sorted(keys_of(Mapping))


@pytest.mark.parametrize("mapping", [PriceMapping, StationMapping, RegisterMapping])
def test_the_other_guide_has_every_key(mapping: type[pydantic.BaseModel]):
    rows = re.findall(r"^\| (`[^|]*) \|", OTHER_GUIDE, flags=re.MULTILINE)
    written = {key for row in rows for key in re.findall(r"`([\w.]+)`", row)}
    of_register = mapping is RegisterMapping
    wanted = {key for key in keys_of(mapping) if not key.startswith(("file.", "columns." if of_register else "file."))}
    wanted -= {"recognise.header", "recognise.above", "time.day_columns"}
    wanted = (wanted - {"always"}) | ({"always.bidding_zone", "always.zone"} if not of_register else set())
    assert wanted <= written | {"recognise"}


def test_the_guide_lists_every_example_and_every_layout():
    for folder, path in ((MAPPINGS, ""), (MAPPINGS / "layouts", "layouts/")):
        listed = re.findall(
            rf"^\| \[[\w-]+\]\(\.\./wattlake/mappings/{path}([\w-]+)\.toml\)", GUIDE, flags=re.MULTILINE
        )
        listed += re.findall(rf"\[[\w ]+\]\(\.\./wattlake/mappings/{path}([\w-]+)\.toml\)", OTHER_GUIDE)
        assert sorted(listed) == sorted(file.stem for file in folder.glob("*.toml"))
