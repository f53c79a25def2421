"""Modules, functions, SQL and first lines of docstrings are short; what is longer is in a list that only shrinks."""

from pathlib import Path

import pytest

from tests.support.sizes import LIMITS, MOST_CHARACTERS, exceptions, too_long


@pytest.mark.parametrize("kind", LIMITS)
def test_nothing_grows_past_its_limit_and_what_shrank_leaves_the_list(kind: str):
    assert too_long()[kind] == exceptions()[kind], (
        "Shorten what is new or grew. What shrank: `python -m tests.support.sizes` writes the list anew."
    )


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
