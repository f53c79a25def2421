"""Where CONTRIBUTING says that things are, they are."""

import re

import pytest

from harness.services import PROJECT

MAP = (
    (PROJECT / "CONTRIBUTING.md")
    .read_text(encoding="utf-8")
    .partition("## Where in the code is")[2]
    .partition("\n## ")[0]
)
NAMED = [(file, name) for file, name in re.findall(r"`([\w/.]+\.(?:py|sql))(?:::(\w+))?`", MAP)]


def test_the_map_names_files():
    assert len(NAMED) >= 10


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_what_the_map_names_is_there(file: str, name: str):
    text = (PROJECT / file).read_text(encoding="utf-8")
    assert not name or re.search(rf"^def {name}\(", text, re.MULTILINE)
