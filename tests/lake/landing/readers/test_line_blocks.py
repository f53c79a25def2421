"""Blocks of lines: cut all at once they give what a CSV reader finds, row by row, and its refusals."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.readers import line_blocks
from wattlake.lake.landing.readers.cells import mapped_frames, mapped_rows
from wattlake.lake.mapping import read_mapping

MAPPING = """
name = "plain"
[file]
delimiter = ";"
{file}
[columns]
meter = "m"
datetime = "t"
value = "v"
[time]
format = "iso"
zone = "UTC"
label = "start"
period_minutes = 15
[energy]
unit = "kWh"
"""
CELL = st.one_of(st.sampled_from(["", " ", "1.5", "ü\u2003", '"a"', '"a;b"', '"a\nb"', 'a"', '""', "x\t"]))
LINE = st.one_of(
    st.tuples(CELL, CELL, CELL).map(";".join),  # as most lines are
    st.lists(CELL, max_size=6).map(";".join),
    st.text(alphabet=';"a \t', max_size=8),
)
END = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
TEXT = st.lists(st.tuples(LINE, END).map("".join), max_size=12).map("".join)


def _read(path: Path, file: str, *, in_frames: bool) -> list[tuple[int, dict[str, str]]] | str:
    """The rows of a file, or why it is refused."""
    mapping = read_mapping(MAPPING.format(file=file), "x")
    try:
        if in_frames:
            rows = [row for frame in mapped_frames(path, mapping) for row in frame.iter_rows()]
        else:
            rows = [*mapped_rows(path, mapping)]
    except UnreadableFileError as error:
        return str(error)
    return [(line, json.loads(cells)) for line, cells in rows]


@given(TEXT, st.sampled_from(["", "units_line = true", "footer_lines = 2", "skip_lines = 1"]), st.integers(1, 60))
@example('A;1;2\nA;"1\n2";2\nA;1;2\n', "", 1)
@example("A;1;2;;\nA;1;2; \nA;1;2;x\n", "", 60)
@example('A;1;2\n"A;1;2\n', "", 60)
def test_blocks_are_cut_as_rows_are(
    tmp_path_factory: pytest.TempPathFactory, text: str, file: str, characters: int
) -> None:
    path = tmp_path_factory.mktemp("text") / "a.csv"
    above = "above\n" if file.startswith("skip") else ""
    path.write_text(f"{above}m;t;v\n{text}", encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_blocks, "CHARACTERS_AT_ONCE", characters)
        assert _read(path, file, in_frames=True) == _read(path, file, in_frames=False)


def test_lines_alike_are_cut_at_once() -> None:
    block = line_blocks.Block(5, ['A;"1";2\r\n', "\r\n", "B;3;4\r\n"])
    table = line_blocks.table_of(block, ["m", "t", "v"], ";")
    assert table is not None
    assert table.rows() == [("A", "1", "2", 5), ("B", "3", "4", 7)]


@pytest.mark.parametrize("line", ["A;1", "A;1;2;3", 'A;1;"2', 'A;"1;2";3', 'A;1;2"', 'A;"1""2";3'])
def test_what_takes_a_reader_is_left_to_it(line: str) -> None:
    assert line_blocks.table_of(line_blocks.Block(1, ["A;1;2\n", f"{line}\n"]), ["m", "t", "v"], ";") is None
