"""The command that tries it all: demo."""

from wattlake.app.commands.run import show_run
from wattlake.app.deployments import write_deployments
from wattlake.app.prefect_server import prefect_at_the_terminal
from wattlake.app.render import say
from wattlake.lake.runs.record import configure_logging
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

SHOWN = ("Try it without data", 10)


def demo() -> None:
    """Try it: simulate a community of 60 members and a solar fleet, land and build 80 days, forecast the next.

    Needs no network. Running it again finds nothing new.
    """
    from wattlake.app.demo import run_demo

    settings = Settings()
    configure_logging(settings.log_format)
    with prefect_at_the_terminal():
        seconds = run_demo(settings)
    show_run(Lake(settings, read_only=True), seconds)
    if written := write_deployments():
        say(written)
    say("All of it is simulated. Look at it with `make dashboard` (or `wattlake dashboard`), or ask `wattlake sql`.")
