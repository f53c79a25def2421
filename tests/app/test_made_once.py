"""A folder that all workers read is made by the first of them, and made anew where the making broke off."""

from pathlib import Path

import pytest

from tests.support.made_once import made_once


def test_a_folder_is_made_once_and_what_was_left_half_made_is_made_anew(tmp_path_factory: pytest.TempPathFactory):
    def break_off(folder: Path) -> None:
        (folder / "half").touch()
        raise InterruptedError

    with pytest.raises(InterruptedError):
        made_once(tmp_path_factory, "example", break_off)
    folder = made_once(tmp_path_factory, "example", lambda empty: (empty / "whole").touch())
    assert [file.name for file in folder.iterdir()] == ["whole"]
    assert made_once(tmp_path_factory, "example", break_off) == folder
    assert [file.name for file in folder.iterdir()] == ["whole"]
