"""The commands about the lake's past: its commits, what it held then, and its upkeep."""

import re
from datetime import UTC, datetime

from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


def newest_snapshot(folder):
    lake = Lake(Settings(data=str(folder)), read_only=True)
    snapshot = lake.snapshot_id()
    lake.close()
    return snapshot


def test_history_lists_commits_newest_first(wattlake, lake_to_change):
    wattlake("ingest", "members")
    said = wattlake("history", "--limit", "2")
    assert said.code == 0
    _, heading, columns, _, *rows = said.out.splitlines()
    assert heading == "Commits, newest first"
    assert columns.split() == ["snapshot", "committed_at_utc", "run", "run_id", "changed"]
    assert len(rows) == 2
    newest = newest_snapshot(lake_to_change)
    assert re.fullmatch(rf"{newest} +[\d-]+ [\d:]+ +ingest +[0-9a-f]{{12}}  inserted into ops\.run *", rows[0])
    assert "pipeline" in rows[1]


def test_history_of_a_table_counts_its_rows(wattlake, lake_to_look_at):
    said = wattlake("history", "--table", "ops.run")
    assert said.out.startswith("\nCommits to ops.run, newest first\n")
    newest = said.out.splitlines()[4].split()
    assert newest[-2:] == ["1", "0"]
    refused = wattlake("history", "--table", "gold.flows")
    assert (refused.code, refused.err) == (
        2,
        "Error: There is no table `gold.flows`. `wattlake status` lists them; one is silver.meter_reading.\n",
    )


def test_sql_and_status_read_as_of_a_snapshot_or_a_time(wattlake, lake_to_change):
    question = ("sql", "select count(*) as runs from ops.run", "--format", "csv")
    before, then = newest_snapshot(lake_to_change), datetime.now(UTC)
    wattlake("ingest", "members")
    assert wattlake(*question).out == "runs\n2\n"
    assert wattlake(*question, "--as-of", before).out == "runs\n1\n"
    assert wattlake(*question, "--as-of", then.isoformat()).out == "runs\n1\n"
    status = wattlake("status", "--as-of", before)
    assert (status.code, status.err) == (0, "")
    assert f"snapshot {before}." in status.out
    assert "ingest" not in status.out
    assert status.out.endswith("The lake was healthy.\n")
    assert "ingest" in wattlake("status").out


def test_what_is_not_kept_is_told_with_the_range_that_is(wattlake, lake_to_look_at):
    for command in (("sql", "select 1"), ("status",)):
        said = wattlake(*command, "--as-of", "2001-01-01")
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith(
            "Error: There is no snapshot as old as 2001-01-01 00:00:00 UTC. Kept are the snapshots 0 to "
        )
        said = wattlake(*command, "--as-of", "yesterday")
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("Error: `yesterday` is neither a snapshot nor a time. ")


def test_maintain_says_what_became_of_each_table_and_changes_no_row(wattlake, lake_to_change, contents):
    before = contents(lake_to_change)
    said = wattlake("maintain")
    assert (said.code, contents(lake_to_change)) == (0, before)
    *table, sentence = said.out.splitlines()
    done = re.fullmatch(r"(\d+) data files became (\d+), (\d+) snapshots expired, (\d+) files were removed\.", sentence)
    assert done
    assert int(done[1]) > int(done[2])
    assert (done[3], done[4]) == ("0", "0")
    assert table[1] == "Files of tables that changed"
    columns = ["table", "files_before", "files_after", "bytes_before", "bytes_after", "rewritten"]
    assert table[2].split() == columns
    landing = next(line.split() for line in table if line.startswith("ops.landing"))
    assert (int(landing[1]) > 2, landing[2], landing[5]) == (True, "1", "0")
    told = wattlake("sql", "select message from ops.run where name = 'maintain'", "--format", "csv").out
    assert sentence in told
    assert "Files of tables" not in wattlake("maintain").out


def test_views_that_a_build_made_anew_are_not_told_as_dropped(wattlake, lake_to_look_at):
    changed = wattlake("history").out
    assert "dropped warehouse" not in changed
    assert "made anew" in changed
