"""`wattlake live` needs a broker, and replaces no folder that it did not make; tests/harness/test_live.py runs it."""

from harness.services import free_port


def test_a_folder_that_it_did_not_make_is_left_alone(wattlake, monkeypatch, tmp_path):
    monkeypatch.setattr("wattlake.app.live.world.in_project", lambda path: tmp_path / path)
    (tmp_path / "data-live").mkdir()
    (tmp_path / "data-live" / "mine").touch()
    monkeypatch.setenv("WATTLAKE_STREAM__BROKER", "kafka://127.0.0.1:1")
    said = wattlake("live", "--port", str(free_port()))

    assert said.code == 2
    assert "was not made by `wattlake live`, which begins anew each time. Move it away." in " ".join(said.err.split())
    assert (tmp_path / "data-live" / "mine").exists()


def test_live_without_a_broker_names_the_ways_to_one(wattlake):
    said = wattlake("live")

    assert said.code == 2
    assert "`make live` in the source brings one" in " ".join(said.err.split())
