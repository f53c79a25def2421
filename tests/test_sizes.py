"""Modules, functions, SQL and first lines of docstrings are short, and no local has a name that says nothing.

What is longer is in a list that only shrinks.
"""

from pathlib import Path

import pytest

from tests.support.empty_names import empty_names
from tests.support.sizes import LIMITS, MEANINGS, MOST_CHARACTERS, exceptions, too_long
from wattlake import PACKAGE

PROJECT = Path(__file__).parents[1]

BOUND = {
    "assigned": "found = 1",
    "unpacked": "a, (said, b) = 1, (2, 3)",
    "looped over": "for one in (1, 2): pass",
    "of a comprehension": "x = [place for place in (1, 2)]",
    "opened": "with open('x') as told: pass",
    "a walrus": "if (found := 1): pass",
    "a parameter": "def f(place): pass",
    "of keywords": "def f(**said): pass",
    "of a lambda": "f = lambda one: 1",
    "caught": "try: pass\nexcept ValueError as told: pass",
    "matched": "match 1:\n    case found: pass",
    "matched rest": "match {}:\n    case {**said}: pass",
    "imported": "import os as place",
    "in a method": "class A:\n    def f(self):\n        one = 1",
}
NOT_BOUND = ("class A:\n    place: int = 1\n    said = 2", "f(place=1)", "x.found = 1", "founds = placed = 1", "'one'")


@pytest.mark.parametrize("kind", LIMITS)
def test_nothing_grows_past_its_limit_and_what_shrank_leaves_the_list(kind: str):
    now, listed = too_long()[kind], exceptions()[kind]
    grown = [f"{name}: {size}" for name, size in now.items() if size > listed.get(name, 0)]
    assert not grown, f"Shorten these ({MEANINGS[kind]}):\n" + "\n".join(grown)
    assert now == listed, "Some are shorter now: `python -m tests.support.sizes` writes the list anew."


def test_each_kind_is_measured(tmp_path: Path):
    long_function = "def long():\n" + '    """Say."""\n' + "    x = 1\n" * 30
    (tmp_path / "room").mkdir()
    (tmp_path / "room/module.py").write_text(f'"""{"x" * (MOST_CHARACTERS + 1)}"""\n\n\n{long_function}' + "\n" * 150)
    (tmp_path / "table.sql").write_text("select 1\n" * 81)
    (tmp_path / "short.sql").write_text("select 1\n" * 80)
    sizes = too_long(tmp_path)
    assert sizes["function"] == {"room/module.py::long": 31}
    assert (sizes["module"].keys(), sizes["docstring"]) == ({"room/module.py"}, {"room/module.py": 1})
    assert sizes["sql"] == {"table.sql": 81}


def test_each_local_is_named_for_its_content():
    folders = (PACKAGE, PROJECT / "benchmarks", PROJECT / "harness", PROJECT / "tests/support")
    assert empty_names(*folders) == [], "Name what it holds: `missing_columns`, not `found`."


@pytest.mark.parametrize("text", BOUND.values(), ids=BOUND.keys())
def test_every_way_to_bind_a_name_is_seen(text: str, tmp_path: Path):
    (tmp_path / "module.py").write_text(text)
    assert len(empty_names(tmp_path)) == 1


def test_a_field_a_keyword_an_attribute_and_a_string_are_no_locals(tmp_path: Path):
    (tmp_path / "module.py").write_text("\n".join(NOT_BOUND))
    assert empty_names(tmp_path) == []
