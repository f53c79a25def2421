"""The command that makes a lake and its places."""

from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


def test_init_makes_container_database_and_lake(wattlake, azurite, new_postgres_database, monkeypatch):
    address = new_postgres_database().replace("wattlake_", "wattlake-of-nobody_")
    monkeypatch.setenv("WATTLAKE_DATA", "az://of-nobody/lake")
    monkeypatch.setenv("WATTLAKE_CATALOG", address)
    monkeypatch.setenv("WATTLAKE_AZURE_CONNECTION_STRING", azurite)
    for command in (("status",), ("ingest", "members")):
        refused = wattlake(*command)
        assert refused.code == 2
        assert "does not exist on its server. `wattlake init` makes it" in refused.err
    said = wattlake("init")
    assert (said.code, said.err) == (0, "")
    container, database, lake = said.out.splitlines()
    assert container == "The container of-nobody was made."
    assert database.startswith("The database wattlake-of-nobody_")
    assert lake.startswith("The lake at az://of-nobody/lake is there, of format 2, and its catalog is postgresql://")
    made = Lake(Settings())
    snapshot = made.snapshot_id()
    assert wattlake("init").out.splitlines() == [lake], "once more changes nothing"
    assert made.snapshot_id() == snapshot
    made.close()


def test_init_tells_a_moved_catalog_its_place(wattlake, folder_settings, monkeypatch, tmp_path):
    for name in ("data", "catalog"):
        monkeypatch.setenv(f"WATTLAKE_{name.upper()}", str(getattr(folder_settings, name)))
    assert wattlake("init").code == 0
    moved = tmp_path / "moved.sqlite"
    folder_settings.catalog_file.rename(moved)
    monkeypatch.setenv("WATTLAKE_CATALOG", str(moved))
    refused = wattlake("maintain")
    assert refused.code == 2
    assert "If the catalog was moved here for good, say so with `wattlake init`." in refused.err
    assert wattlake("init").code == 0
    assert wattlake("maintain").code == 0
