"""How a question is known again, whoever asked it and for whichever days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from wattlake.lake.addresses import Address
from wattlake.tasks.landing.questions import Question, question_of, request_name
from wattlake.tasks.sources import Api, Array, DaysAsked, Place, Scope, source, source_names

NOW = datetime(2026, 6, 20, tzinfo=UTC)
APIS = [name for name in source_names() if isinstance(source(name), Api)]


def scope_of(name: str, first: date, last: date, latitude: float = 52.5) -> Scope:
    return Scope(
        first,
        last,
        NOW,
        places=(Place("north", latitude, 13.4),),
        arrays=(Array("north", latitude, 13.4, 35.0, 180.0),),
        urls={api: Address(url) for api, url in source(name).urls.items()},
    )


def questions(name: str, first: date, last: date, latitude: float = 52.5) -> list[Question]:
    """What a source asks for some days, as questions."""
    module = source(name)
    return [
        question_of(request_name(request), module.days_asked)
        for request in module.requests(scope_of(name, first, last, latitude))
    ]


@pytest.mark.parametrize("name", APIS)
def test_a_question_for_more_days_of_the_same_covers_one_for_fewer_and_no_other_way_round(name):
    whole, part = (date(2026, 6, 1), date(2026, 6, 10)), (date(2026, 6, 3), date(2026, 6, 4))
    for of_all, of_some in zip(questions(name, *whole), questions(name, *part), strict=True):
        assert of_all.covers(of_some)
        assert of_some.covers(of_all) != of_all.names_days


@pytest.mark.parametrize("name", ["open_meteo", "pvgis"])
def test_what_is_asked_of_another_place_or_api_is_another_question(name):
    days = date(2026, 6, 1), date(2026, 6, 10)
    here, there = questions(name, *days), questions(name, *days, latitude=53.5)
    assert not any(one.covers(other) for one in here for other in there)
    assert len({question.subject for question in here}) == len(here), "each API of a source is asked something else"


@pytest.mark.parametrize(
    ("source_name", "name", "first", "last"),
    [
        ("carbon_intensity", "/intensity/2026-06-01T00:00Z/2026-06-15T00:00Z", date(2026, 6, 1), date(2026, 6, 15)),
        ("energy_charts", "/price?bzn=DE-LU&start=2026-06-01&end=2026-06-16", date(2026, 6, 1), date(2026, 6, 16)),
        (
            "open_meteo",
            "/v1/archive?latitude=52.5&longitude=13.4&start_date=2026-06-01&end_date=2026-06-16&hourly=weather_code",
            date(2026, 6, 1),
            date(2026, 6, 16),
        ),
    ],
)
def test_what_stands_in_the_register_of_an_older_lake_is_read_whichever_host_answered(source_name, name, first, last):
    days_asked = source(source_name).days_asked
    question = question_of(name, days_asked)

    assert (question.first_day, question.last_day) == (first, last)
    assert question_of(f"https://example.org:8443{name}", days_asked) == question
    earlier = name.replace(first.isoformat(), (first - timedelta(days=1)).isoformat())
    assert question_of(earlier, days_asked).covers(question)
    assert not question.covers(question_of(earlier, days_asked))


def test_a_date_that_is_not_where_days_are_named_is_a_part_of_the_subject():
    """A register or a model may have a date in its name; two of them are two questions."""
    days_asked = DaysAsked(params=("start", "end"))
    one, other = (
        question_of(f"/price?model={model}&start=2026-06-01&end=2026-06-02", days_asked)
        for model in ("2024-01-01", "2025-01-01")
    )
    assert not one.covers(other)
    assert not other.covers(one)
    assert (one.first_day, one.last_day) == (date(2026, 6, 1), date(2026, 6, 2))


def test_a_question_that_names_no_days_is_answered_once_for_all():
    one = question_of("/api/v5_2/seriescalc?lat=52.5&lon=13.4", DaysAsked())
    assert not one.names_days
    assert one.covers(one)
    assert not one.covers(question_of("/api/v5_2/seriescalc?lat=52.6&lon=13.4", DaysAsked()))
