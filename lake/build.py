"""The build: find what changed, rebuild just that, check it, and commit it with the progress, all in one transaction.

A build that is too much for one transaction (a first load, a long history) is a row of them, each complete in itself:
first the landings, some at a time, then the changed days, a month at a time. Each stores how far it came, so a build
that was killed goes on where it stopped.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime
from functools import partial
from itertools import count

from lake.catalog import Lake, NothingToDoError
from lake.connection import Connection
from lake.gold import Producer
from lake.quality import GateError, record
from lake.transaction import Plan, Step, Transaction


def build(
    lake: Lake,
    producers: Mapping[str, Producer],
    build_id: str,
    now_utc: datetime,
    only: str | None = None,
    again: frozenset[date] = frozenset(),
) -> Iterator[Step]:
    """Bring silver, gold and the warehouse's views up to date with what was landed.

    Args:
        lake: the lake.
        producers: what SQL cannot compute, by the table it makes.
        build_id: names the build in ``ops``.
        now_utc: the time written beside the results of checks.
        only: a table without periods that is wanted before the rest, such as ``gold.zone``: it and what it reads.
        again: days of gold to rebuild even where nothing changed.

    Yields:
        What each transaction did, after it was committed; nothing where nothing had changed.

    Raises:
        GateError: what was built breaks a contract. The transaction was rolled back; the results are recorded.
    """
    plan = Plan()
    for number in count(1):
        name = f"{build_id}/{number}"

        def attempt(connection: Connection, name: str = name, plan: Plan = plan) -> tuple[Step, Plan]:
            # A copy: with PostgreSQL an attempt may fail at its commit and be made again.
            transaction = Transaction(connection, lake.settings, producers, name, deepcopy(plan), only, again)
            step = transaction.run(now_utc)
            if step is None:
                raise NothingToDoError
            return step, transaction.plan

        try:
            step, plan = lake.write(attempt, lock="build")
        except NothingToDoError:
            return
        except GateError as error:
            lake.write(partial(record, results=error.results, build_id=name, now_utc=now_utc))
            raise
        yield step
        if step.is_last:
            return


def forget_progress(connection: Connection) -> None:
    """Make the next build a full one: it takes every table for one that is made by something new."""
    connection.execute("delete from ops.progress")
