"""Files of a project that nothing would read are told."""

from pathlib import Path

import pytest

from tests.support.project_folder import project_folder
from wattlake.lake.project import ProjectFileError
from wattlake.lake.project_check.strays import expect_no_strays

READ = (
    *("models/bronze/tides.toml", "models/gold/heat.sql", "models/gold/heat.py", "models/warehouse/heat_rest.sql"),
    *(
        "functions/heat.py",
        "functions/more/numbers.csv",
        "functions/more/helper.PY",
        "checks/heat.sql",
        "pages/heat.py",
    ),
    *("sources/tides.toml", "sources/tides.py", "sinks/office.toml"),
)
LEFT_OUT = ("models/README.md", "models/gold/_old.sql", "checks/.draft.sql", "pages/__pycache__/heat.py", "notes.sql")


@pytest.mark.parametrize("folder", ["of the project", "which is empty"])
def test_where_all_is_read_nothing_is_said(tmp_path: Path, folder: str):
    with project_folder(tmp_path / folder, dict.fromkeys((*READ, *LEFT_OUT) if "project" in folder else (), "")):
        expect_no_strays()


@pytest.mark.parametrize(
    ("stray", "expected"),
    [
        ("models/platinum/heat.sql", "models/silver/NAME.sql, models/gold/NAME.sql, models/warehouse/NAME.sql"),
        ("models/heat.sql", "models/silver/NAME.sql, models/gold/NAME.sql, models/warehouse/NAME.sql"),
        ("models/bronze/tides.sql", "models/silver/NAME.sql, models/gold/NAME.sql, models/warehouse/NAME.sql"),
        ("models/gold/heat.SQL", "models/silver/NAME.sql, models/gold/NAME.sql, models/warehouse/NAME.sql"),
        ("checks/heat/too_much.sql", "checks/NAME.sql"),
        ("checks/heat.py", "checks/NAME.sql"),
        ("pages/heat.toml", "pages/NAME.py"),
        ("sinks/office.sql", "sinks/NAME.toml"),
    ],
)
def test_a_file_that_is_not_read_is_told_with_where_such_files_are_read(tmp_path: Path, stray: str, expected: str):
    with project_folder(tmp_path, {stray: "", "checks/fine.sql": ""}), pytest.raises(ProjectFileError) as told:
        expect_no_strays()
    assert str(told.value) == f"{stray}: nothing reads it; read are {expected}. Move or remove it."


def test_a_link_to_nothing_and_a_file_in_the_place_of_a_folder_are_told(tmp_path: Path):
    with project_folder(tmp_path, {"models": "", "checks/fine.sql": ""}):
        (tmp_path / "checks/gone.sql").symlink_to("nowhere.sql")
        with pytest.raises(ProjectFileError) as told:
            expect_no_strays()
    assert str(told.value).splitlines() == [
        "models: it is a file; expected is a folder. Give the file another name.",
        "checks/gone.sql: it is a link to nowhere.sql, which is not there. Remove or mend the link.",
    ]
