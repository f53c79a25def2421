"""The files of a new source: module, contract, silver model, an answer and a test."""

from wattlake.app.scaffold import source_tests

MODULE = "wattlake/tasks/sources/«name».py"
CONTRACT = "wattlake/lake/contracts/sources/«name».py"
SQL = "wattlake/sql/silver/«name».sql"
ANSWER = "tests/tasks/sources/answers/«name»"
TEST = "tests/tasks/sources/test_«name».py"

TO_RUN_API = (
    "`WATTLAKE_URL__«NAME»=https://… wattlake run` asks it (a key goes behind `?`); without that setting it is left "
    "alone. `wattlake ingest «name»` lands it alone, and `wattlake status` and the dashboard's Lineage show it."
)
TO_RUN_INBOX = (
    "Put files into inbox/«name» (or where `WATTLAKE_INBOX__«NAME»` points) and `wattlake run`; without files it is "
    "left alone. `wattlake ingest «name»` lands it alone, and `wattlake status` and the dashboard's Lineage show it."
)

API_MODULE = '''"""FILL IN: what «name» gives, and from whom.

Source: https://example.org (FILL IN: the page that documents it). Times are UTC.
"""

from datetime import timedelta

import polars as pl
from pyrate_limiter import Duration, Rate

from wattlake.lake.times import utc_day
from wattlake.tasks.sources._answer import Answer, calendar_years, midnight_utc
from wattlake.tasks.sources.base import Api, DaysAsked, Request, Scope

FINAL_AFTER = timedelta(days=1)


def requests(scope: Scope) -> list[Request]:
    """Make one request per calendar year, up to today."""
    return [
        Request(
            url=scope.urls["«name»"] / "values",
            params={"from": first.isoformat(), "to": last.isoformat()},
            final_at_utc=midnight_utc(last + timedelta(days=1)) + FINAL_AFTER,
        )
        for first, last in calendar_years(scope.from_day, min(scope.to_day, utc_day(scope.now_utc)))
    ]


def read(request: Request, body: bytes) -> pl.DataFrame:
    """Read the answer's rows, one per hour, as text.

    Raises:
        ValueError: the answer is cut off, of another shape, or empty.
    """
    answer = Answer(request, body)
    values = answer.records(answer.parsed(), "values")
    return answer.frame({name: [answer.part(each, name) for each in values] for name in ("time", "value")})


SOURCE = Api(
    name="«name»",
    licence="FILL IN: whose the data are, and under which terms",
    urls={"«name»": "https://example.org"},
    # FILL IN: the limit that the service publishes.
    calls=Rate(1, Duration.SECOND),
    days_asked=DaysAsked(params=("from", "to")),
    requests=requests,
    read=read,
)
'''

INBOX_MODULE = '''"""FILL IN: what the files of «name» hold, and from whom they are."""

from wattlake.tasks.sources.base import Inbox

SOURCE = Inbox(
    name="«name»",
    licence="FILL IN: whose the data are, and under which terms",
    # The columns that a file must have.
    layouts=(("time", "value"),),
)
'''

CONTRACT_TEXT = '''"""FILL IN: what «name» is."""

from wattlake.lake.contracts.base import Bronze, Contract, Utc, bronze, column, known_at, landing, provenance, table
from wattlake.lake.contracts.promises import HOURS
from wattlake.lake.contracts.units import YEARLY


class «Name»AsWritten(Bronze):
    """One hour, as it was written."""

    time: str = bronze("time", "Start of the hour, in UTC")
    value: str = bronze("value", "FILL IN: what it is, and its unit")

    class Config:
        metadata = table("bronze.«name»")


class «Name»(Contract):
    """FILL IN: what one row is."""

    period_start_utc: Utc = column("Start of the hour")
    period_minutes: int = column("Length of the period", "min", isin=[60])
    «name»_value: float = column("FILL IN: what it is; its unit is in its name, too", "FILL IN", ge=0)
    provenance: str = provenance()
    known_at_utc: Utc = known_at()
    landing_id: int = landing()

    class Config:
        metadata = table(
            "silver.«name»",
            key=("period_start_utc",),
            partitioned_by=YEARLY,
            rules=(HOURS,),
        )
'''

SQL_TEXT = """-- One row is FILL IN: one hour of «name», as its newest valid answer says.
with typed as (
    select
        *,
        -- Only times with a Z are in UTC.
        if("time" like '____-__-__T__:__%Z', try_cast(rtrim("time", 'Z') as timestamp), null) as period_start_utc,
        try_cast("value" as double) as amount
    from bronze.«name»
    where _landing_id between $from_landing and $to_landing
)

select
    period_start_utc,
    60 as period_minutes,
    amount as «name»_value,
    'measured' as provenance,
    least(_fetched_at_utc, period_start_utc + interval 1 hour) as known_at_utc,
    _landing_id,
    case
        when period_start_utc is null then 'unreadable time'
        when epoch_us(period_start_utc) % 3600000000 <> 0 then 'off the hour'
        when not is_in_calendar(period_start_utc) then 'outside the years of the calendar'
        when amount is null or not isfinite(amount) then 'unreadable value'
        when amount < 0 then 'impossible value'
    end as quarantine_reason
from typed
"""

SHARED = {CONTRACT: CONTRACT_TEXT, SQL: SQL_TEXT}
API = {MODULE: API_MODULE, **SHARED, f"{ANSWER}.json": source_tests.JSON, TEST: source_tests.API_TEST}
INBOX = {MODULE: INBOX_MODULE, **SHARED, f"{ANSWER}.csv": source_tests.CSV, TEST: source_tests.INBOX_TEST}
