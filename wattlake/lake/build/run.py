"""Build the lake: rebuild what changed, check it and commit it with the progress.

A build that is too much for one transaction (a first load, a long history) is a row of them, each complete in itself:
first the landings, some at a time, then the changed days, a month at a time. Each stores how far it came, so a build
that was killed goes on where it stopped.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import count

from wattlake.lake import quality
from wattlake.lake.build.gold import Producer
from wattlake.lake.build.gold_steps import build_gold, replaced_days
from wattlake.lake.build.held import empty_tables
from wattlake.lake.build.own_functions import has_functions, register_functions
from wattlake.lake.build.own_tables import follow_project
from wattlake.lake.build.plan import Plan
from wattlake.lake.build.progress import write_progress
from wattlake.lake.build.steps import build_whole_tables, define_views, take_landings
from wattlake.lake.build.transaction import Transaction
from wattlake.lake.build.transformations import log_transformations
from wattlake.lake.models.graph import downstream
from wattlake.lake.quality import GateError, WholeTable, check_schema, failed, record
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake, NothingToDoError

REGISTER = ("gold.member_version", WholeTable())
"""It is built ahead, before the views are sure to be as they should; so they are checked with the rest of its news."""


@dataclass(frozen=True)
class Step:
    """The work that one transaction of a build did.

    Attributes:
        rows: rows written, by table.
        seconds: time spent, by table.
        days: days replaced, by table with periods.
        days_left: days of gold that are still to be rebuilt.
        is_last: whether nothing is left to do.
    """

    rows: Counter[str]
    seconds: Counter[str]
    days: dict[str, set[date]]
    days_left: int
    is_last: bool


def build(
    lake: Lake,
    producers: Mapping[str, Producer],
    build_id: str,
    now_utc: datetime,
    only: str | None = None,
    again: frozenset[date] = frozenset(),
    lost: frozenset[str] = frozenset(),
) -> Iterator[Step]:
    """Bring silver, gold and the warehouse's views up to date with the landings.

    Args:
        lake: the lake.
        producers: what SQL cannot compute, by the table it makes.
        build_id: names the build in ``ops``.
        now_utc: the time written beside the results of checks.
        only: a table without periods that is wanted before the rest, such as ``gold.zone``: it and what it reads.
        again: days of gold to rebuild even where nothing changed.
        lost: tables with files that are lost; they and the tables that are made from them stay as they are.

    Yields:
        The work of each transaction, after its commit; nothing where nothing had changed.

    Raises:
        GateError: the rows built break a contract. The transaction was rolled back; the results are recorded.
    """
    plan, fingerprints, without = Plan(), dict[tuple[str, str], str](), lost | downstream(lost)
    if has_functions():
        register_functions(lake.reader())
    for name in (f"{build_id}/{number}" for number in count(1)):

        def attempt(connection: Connection, name: str = name, plan: Plan = plan) -> tuple[Step, Plan]:
            # A copy: with PostgreSQL an attempt may fail at its commit and be made again.
            work = Transaction(connection, lake.settings, producers, name, only, again, without, fingerprints)
            return _next_step(work, plan.copy(), now_utc)

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


def _next_step(work: Transaction, plan: Plan, now_utc: datetime) -> tuple[Step, Plan]:
    """Do the next part of the work that is left, check it and store the progress.

    Raises:
        NothingToDoError: nothing is left.
        GateError: the rows written break a contract.
    """
    before = dict(work.all_progress)
    follow_project(work)
    work.results += check_schema(work.connection, are_views=False)
    _raise_if_failed(work)
    has_more = take_landings(work)
    build_whole_tables(work)
    days_left, is_last = 0, not has_more
    if work.only is None:
        define_views(work)
        if not has_more:
            gold = build_gold(work, plan)
            plan, days_left, is_last = gold.plan, gold.days_left, gold.is_last
    if work.all_progress == before and not work.rows:
        raise NothingToDoError
    if work.only is None:
        _check_the_whole(work, now_utc, is_complete=not (days_left or has_more))
    _raise_if_failed(work)
    log_transformations(work, now_utc)
    write_progress(work.connection, work.all_progress)
    record(work.connection, work.results, work.build_id, now_utc)
    return Step(work.rows, work.seconds, replaced_days(work), days_left, is_last), plan


def _check_the_whole(work: Transaction, now_utc: datetime, is_complete: bool) -> None:
    """Check the views, rows per day and freshness, which show only once all tables stand."""
    work.results += check_schema(work.connection, are_views=True)
    written = list(dict.fromkeys([*work.written, *([REGISTER] if work.has_new_register else [])]))
    work.results += quality.check_views(work.connection, written, work.results, work.without)
    for table, rows in written:
        work.results += quality.check_volume(work.connection, table, rows, now_utc)
    work.results += quality.check_star(work.connection, work.settings, work.written, work.without)
    if is_complete:
        work.results += quality.check_freshness(work.connection, now_utc, work.without | empty_tables(work))
        work.results += quality.check_sql(work.connection, work.settings, work.without)


def _raise_if_failed(work: Transaction) -> None:
    if failed(work.results):
        raise GateError(work.results)
