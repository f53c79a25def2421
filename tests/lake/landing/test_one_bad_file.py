"""One bad file stops no other: each is named with its own reason, in few printable signs."""

import gzip
import os
from datetime import date
from pathlib import Path

import pytest

from harness.lake_steps import METER_HEADER, NOW, select
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.each_source import sources_to_land
from wattlake.tasks.landing.failures import PartlyLandedError
from wattlake.tasks.landing.inboxes import unread_in_inboxes
from wattlake.tasks.landing.land import land

LINE = "MAC{},2013-01-01 00:00:00,0.1\n"
GOOD = f"{METER_HEADER}\n" + LINE.format(1)


def bomb(path: Path) -> None:
    """A compressed file of 80 KB that is 80 MB when unpacked."""
    with gzip.open(path, "wb") as file:
        file.write(GOOD.encode())
        for _ in range(80):
            file.write(b"\n" * 1024**2)


def endless(path: Path) -> None:
    path.write_bytes(GOOD.encode() + b"x" * 20 * 1024**2 + b"\n" + GOOD.encode())


NASTY = {
    "wide.csv": (lambda path: path.write_text(",".join(f"c{i}" for i in range(50_000)) + "\n"), "has 50,000 columns"),
    "broken_header.csv": (lambda path: path.write_text('"LC\x1b[31m\nLid"\n' + "é\x07\n" * 99), "begins with `LC"),
    "long_header.csv": (lambda path: path.write_text("no,readings," + "x" * 5000), "begins with `no,readings,xxx"),
    "empty.csv": (lambda path: path.write_bytes(b""), "begins with ``"),
    "nul.csv": (lambda path: path.write_bytes(b"\0" * 4096), r"begins with `\x00"),
    "bomb.csv.gz": (bomb, "unpacks to more than 200 times its size"),
    "cut.csv.gz": (lambda path: path.write_bytes(gzip.compress(GOOD.encode())[:-9]), "is not a whole gzip file"),
    "no_gzip.csv.gz": (lambda path: path.write_text(GOOD * 2), "is not a whole gzip file"),
    "endless.csv": (endless, "has a line of more than 16 MB"),
    "out.csv": (lambda path: path.symlink_to("/etc/hostname"), "is a link that leads out of the inbox"),
    "folder.csv": (lambda path: path.symlink_to("/etc"), "is a link that leads out of the inbox"),
    "loop.csv": (lambda path: path.symlink_to(path), "is no ordinary file"),
    "pipe.csv": (os.mkfifo, "is no ordinary file"),
    os.fsdecode(b"caf\xe9.csv"): (lambda path: path.write_text(GOOD), "has a name that is not UTF-8"),
}


def test_each_bad_file_is_named_with_its_reason_and_the_others_land(folder_lake: Lake, tmp_path: Path):
    inbox = tmp_path / "inbox"
    (inbox / "folder of its own.csv").mkdir(parents=True)
    for name, (make, _) in NASTY.items():
        make(inbox / name)
    (inbox / "a.csv").write_text(GOOD)
    (inbox / "quoted.csv").write_text(f'{METER_HEADER}\nMAC3,"2013-01-01\n00:00:00",0.1\n')
    (inbox / "folder of its own.csv" / "z.csv").write_text(f"{METER_HEADER}\n" + LINE.format(2))
    (inbox / "link.csv").symlink_to(inbox / "a.csv")
    lake = Lake(folder_lake.settings.model_copy(update={"smart_meters": str(inbox)}))
    day = date(2013, 1, 1)
    with pytest.raises(PartlyLandedError) as error:
        list(land(lake, "smart_meters", day, day, NOW, "run-1"))

    lines = str(error.value).split("\n")
    assert error.value.rows == 3
    assert lines[0].startswith("3 rows were landed, but not all: ")
    assert len(lines) == len(NASTY)
    assert "".join(lines).isprintable()
    for name, (_, reason) in NASTY.items():
        shown = name.encode("unicode_escape").decode()
        (line,) = [line for line in lines if f"inbox/{shown} " in line]
        assert f"inbox/{shown} {reason}" in line
        assert len(line) < len(str(inbox)) + 500
    assert select(folder_lake, 'select "LCLid" from bronze.smart_meters order by all') == [
        ("MAC1",),
        ("MAC2",),
        ("MAC3",),
    ]
    assert select(folder_lake, "select count(*) from ops.landing") == [(3,)]


def test_an_existing_empty_inbox_is_as_good_as_none(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("WATTLAKE_INVERTERS", str(tmp_path))
    assert "inverters" not in sources_to_land()
    (tmp_path / "plant.csv").touch()
    assert "inverters" in sources_to_land()


def test_what_no_rule_reads_is_named_and_stops_nothing(tmp_path: Path):
    inbox, register = tmp_path / "inbox", tmp_path / "members"
    (inbox / "mapped").mkdir(parents=True)
    register.mkdir()
    (inbox / "a.csv").write_text(GOOD)
    for name in (".part", "plan\x1b.xlsx", "mapped/mapping.toml", "mapped/b.txt"):
        (inbox / name).write_text("x")
    os.mkfifo(inbox / "pipe")
    (inbox / "link").symlink_to("/etc/hostname")
    for number in range(23):
        (register / f"{number:02}.pdf").touch()
    settings = Settings(smart_meters=str(inbox), members=str(register), inverters=str(tmp_path / "none"))
    *members, more, link, pipe, plan = unread_in_inboxes(settings)
    assert members[0] == f"{register}/00.pdf is empty."
    assert (len(members), more) == (20, f"… and 3 more in {register} that no rule reads.")
    assert link.startswith(f"{inbox}/link is a link that leads out of the inbox")
    assert pipe.startswith(f"{inbox}/pipe is no ordinary file")
    assert plan == (
        f"{inbox}/plan\\x1b.xlsx is text in no layout that is known: put a mapping.toml beside or above it, as "
        "`wattlake map` proposes one, or take it out of the folder."
    )
