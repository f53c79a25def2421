"""An inbox is listed in pages, and of a folder with very many files few are held at a time."""

import tracemalloc
from pathlib import Path

from wattlake.lake.landing.listing import PAGE_FILES, Place
from wattlake.lake.settings import Settings

FILES = 4 * PAGE_FILES
PAGE_BYTES = 700 * PAGE_FILES


def test_of_a_folder_with_many_files_a_page_is_held_at_a_time(tmp_path: Path):
    for number in range(FILES):
        (tmp_path / f"meter-{number:06}.csv").touch()
    place = Place(Settings(data=str(tmp_path / "lake")), str(tmp_path))
    tracemalloc.start()
    try:
        assert sum(len(page) for page in place.pages()) == FILES
        assert tracemalloc.get_traced_memory()[1] < 2 * PAGE_BYTES
    finally:
        tracemalloc.stop()


def test_folders_links_and_hidden_files_of_this_machine_are_listed_as_they_are_named(tmp_path: Path):
    inbox = tmp_path / "inbox"
    for name in ("b/c/d.csv", "a.csv", ".hidden/e.csv", ".f.csv", "b/.g.csv"):
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_text("12345")
    (inbox / "link.csv").symlink_to(inbox / "a.csv")
    (inbox / "nowhere.csv").symlink_to(tmp_path / "gone.csv")
    (pages,) = Place(Settings(data=str(tmp_path / "lake")), str(inbox)).pages()
    sizes = [("a.csv", 5), ("b/c/d.csv", 5), ("link.csv", 5), ("nowhere.csv", 0)]
    assert sorted((listed.name, listed.size) for listed in pages) == sizes
    assert {listed.changed for listed in pages if listed.name == "a.csv"} == {str((inbox / "a.csv").stat().st_mtime)}
