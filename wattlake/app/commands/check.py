"""The command that checks what the project folder holds: check."""

from wattlake.app.render import say

SHOWN = ("Extend it", 20)


def check() -> None:
    """Check what the project folder holds before anything runs.

    Refused is, with file and line, what breaks its contract, reads in a circle, writes, reads a file or outside of the
    lake, takes a name twice or one of Wattlake's own; a check without a severity; a function without types; a file of
    a source with a mistake; a file that nothing would read.
    """
    from wattlake.lake.project import PROJECT
    from wattlake.lake.project_check.check import check_project
    from wattlake.lake.project_check.strays import expect_no_strays
    from wattlake.lake.settings import Settings
    from wattlake.tasks.sources import check_own

    expect_no_strays()
    sources = check_own()
    checked = check_project(Settings())
    counts = {
        "sources": sources,
        "models": checked.models,
        "functions": checked.functions,
        "checks": checked.checks,
        "pages": checked.pages,
    }
    listed = ", ".join(f"{count} {name[: -(count == 1) or None]}" for name, count in counts.items() if count)
    say(f"{PROJECT}: {listed}. Nothing is wrong." if listed else f"{PROJECT} has nothing of a project to check.")
