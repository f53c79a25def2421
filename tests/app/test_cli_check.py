"""`wattlake check` says what a project holds or what is wrong with it, and `build` begins with the same."""

import os
from pathlib import Path

from tests.support.own_models import FILES, TREND
from tests.support.project_folder import forget, project_folder, write
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


def test_a_project_is_checked(wattlake, tmp_path: Path):
    with project_folder(tmp_path, FILES):
        answer = wattlake("check")
    assert (answer.code, answer.out) == (0, f"{tmp_path}: 5 models. Nothing is wrong.\n")
    with project_folder(tmp_path / "empty"):
        answer = wattlake("check")
    assert answer.out == f"{tmp_path / 'empty'} has nothing of a project to check.\n"


def test_what_is_wrong_ends_with_2_also_of_a_build_that_then_writes_nothing(wattlake, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("WATTLAKE_DATA", str(tmp_path / "lake"))
    broken = {"models/gold/heat_trend.sql": TREND.replace("max(", "maximum(")}
    with project_folder(tmp_path / "project", FILES | broken):
        for command in ("check", "build"):
            answer = wattlake(command)
            assert answer.code == 2
            assert "models/gold/heat_trend.sql:5: The function `maximum` cannot be used here" in answer.err
            assert "Traceback" not in answer.err
        reader = Lake(Settings(), read_only=True).reader()
        assert reader.execute("select count(*) from ops.progress").fetchall() == [(0,)]


def test_every_mistake_in_the_files_of_sources_is_told(wattlake, tmp_path: Path):
    service = 'kind = "rest"\nurl = "https://service.test/{day}"\nrat = 1\nto = "prices"\n'
    table = 'kind = "database"\naddress = "sqlite:a.sqlite"\nwhole = true\n'
    with project_folder(tmp_path, {"sources/service.toml": service, "sources/table.toml": table}):
        answer = wattlake("check")
        assert (answer.code, answer.out) == (2, "")
        assert "sources/service.toml: `rat` is no key here" in answer.err
        assert "sources/table.toml: give one of `query` and `table`" in answer.err
        mended = {"sources/service.toml": service.replace("rat = 1\n", "").replace("{day}", "{last}")}
        write(tmp_path, mended | {"sources/table.toml": f'{table}table = "a"\ncolumns.a = {{ type = "text" }}\n'})
        forget()
        assert "sources/table.toml:1: `columns.a.meaning` is missing" in wattlake("check").err
        (tmp_path / "sources/table.toml").unlink()
        forget()
        assert wattlake("check").out == f"{tmp_path}: 1 source. Nothing is wrong.\n"


def test_a_dashboard_is_not_started_where_a_model_cannot_be_read(wattlake, tmp_path: Path, monkeypatch):
    started: list[str] = []
    monkeypatch.setattr(os, "execv", lambda _, argv: started.extend(argv))
    with project_folder(tmp_path, FILES | {"models/gold/heat_trend.sql": "-- One row is a house.\nselect from where"}):
        answer = wattlake("dashboard")
    assert started == []
    assert answer.code == 2
    assert "models/gold/heat_trend.sql:2:" in answer.err
    assert "A model is one SELECT that DuckDB runs." in answer.err
