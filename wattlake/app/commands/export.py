"""The command that loads sinks: export."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.progress import with_bar
from wattlake.app.render import say, show_table
from wattlake.lake.store.rows import Rows

if TYPE_CHECKING:
    from wattlake.lake.sinks.loads import Load

SHOWN = ("Fill the lake", 135)


def export(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Sinks; all by default.")] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Replace all that they hold, whatever they say of it.")] = False,
) -> None:
    """Load tables of the lake into other databases and folders: what changed since.

    `sinks/NAME.toml` describes one. All tables of a sink are of one snapshot of the lake. `docs/connect.md` says what
    stands in such a file; `status` and `ops.export` tell of each load.
    """
    from wattlake.lake.sinks.described import read_sinks
    from wattlake.lake.sinks.description import Sink
    from wattlake.lake.sinks.export import export as load
    from wattlake.lake.sinks.export import export_each
    from wattlake.lake.sinks.loads import Load

    sinks, loads = read_sinks(names), list[Load]()
    with recorded_command("export") as (lake, this):

        def load_one(sink: Sink) -> None:
            loads.append(load(lake, sink, this.run_id, datetime.now(UTC), anew=anew, watch=with_bar))
            _show(loads[-1])

        export_each(sinks, load_one)
        this.message = " ".join(map(str, loads))


def _show(load: "Load") -> None:
    rows = [
        (
            each.difference.table.table,
            each.difference.table.target,
            len(each.difference.slices),
            each.rows,
            each.seconds,
        )
        for each in load.tables
        if each.difference.slices
    ]
    if rows:
        show_table(f"Loaded into {load.sink.name}", Rows(("table", "target", "slices", "rows", "seconds"), rows))
    say(str(load))
