"""The pages of an answer: each way to find the next one, and pages without an end."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.support.local_service import Question, Reply, serving
from tests.support.rest_sources import OWN, described, questions, rows_of
from wattlake.tasks.landing import http
from wattlake.tasks.landing.pages import whole_answer

DAY = date(2026, 3, 4)
ROWS = [{"start": f"2026-03-04T{hour:02}:00Z", "kwh": hour} for hour in range(5)]
EXPECTED = pl.DataFrame({"start": [row["start"] for row in ROWS], "kwh": [str(row["kwh"]) for row in ROWS]})


def by_next(question: Question) -> Reply:
    """Two rows a page; the link repeats the key, as some services do."""
    at = int(question.query.get("at", 0))
    link = f"/x?at={at + 2}&key={question.query['key']}" if at < 4 else None
    return Reply(json.dumps({"rows": ROWS[at : at + 2], "links": {"next": link}}))


def by_header(question: Question) -> Reply:
    at = int(question.query.get("at", 0))
    link = {"Link": f'<{question.path}?at={at + 2}>; rel="next"'} if at < 4 else {}
    return Reply(json.dumps({"rows": ROWS[at : at + 2]}), headers=link)


def by_cursor(question: Question) -> Reply:
    at = int(question.query.get("cursor", "c0")[1:])
    return Reply(json.dumps({"rows": ROWS[at : at + 2], "next": f"c{at + 2}" if at < 4 else None}))


def by_number(question: Question) -> Reply:
    at = (int(question.query["page"]) - 1) * 2
    return Reply(json.dumps({"rows": ROWS[at : at + 2]}))


def by_offset(question: Question) -> Reply:
    at = int(question.query["skip"])
    return Reply(json.dumps({"rows": ROWS[at : at + 2]}))


@pytest.mark.parametrize(
    ("answer", "paging", "asked"),
    [
        (by_next, 'kind = "next"\npath = "links.next"', ["", "at=2", "at=4"]),
        (by_header, 'kind = "next"', ["", "at=2", "at=4"]),
        (by_cursor, 'kind = "cursor"\npath = "next"\nparam = "cursor"', ["", "cursor=c2", "cursor=c4"]),
        (by_number, 'kind = "page"\nparam = "page"', ["page=1", "page=2", "page=3", "page=4"]),
        (by_number, 'kind = "page"\nparam = "page"\nsize = 2', ["page=1", "page=2", "page=3"]),
        (by_offset, 'kind = "offset"\nparam = "skip"\nsize = 2', ["skip=0", "skip=2", "skip=4"]),
    ],
    ids=["next link in the body", "header Link", "cursor", "number", "number and size", "offset"],
)
def test_all_pages_are_one_answer_and_the_same_bytes_each_time(tmp_path, monkeypatch, answer, paging, asked):
    monkeypatch.setenv("SERVICE_KEY", "Kanarien5vogel")
    auth = '[auth]\nkind = "key"\nvalue = "$SERVICE_KEY"\nquery = "key"'
    with serving(answer) as service:
        toml = f'url = "{service.url}/x"\n{OWN}[rows]\npath = "rows"\n[paging]\n{paging}\n{auth}'
        with described(tmp_path, toml) as api:
            (rows,) = rows_of(api, DAY, DAY)
            came = [dict(each.query) for each in service.asked]
            (question,) = questions(api, DAY, DAY)
            assert whole_answer(api, question) == whole_answer(api, question)
    assert rows.equals(EXPECTED)
    assert {each.pop("key") for each in came} == {"Kanarien5vogel"}
    assert ["&".join(f"{key}={value}" for key, value in each.items()) for each in came] == asked


def test_a_link_with_the_key_in_it_is_followed_and_not_shown(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SERVICE_KEY", "Kanarien5vogel")

    def answer(question: Question) -> Reply:
        return by_next(question) if "at" not in question.query else Reply("closed", status=403)

    with serving(answer) as service:
        toml = f'url = "{service.url}/x"\n{OWN}[rows]\npath = "rows"\n[paging]\nkind = "next"\npath = "links.next"\n'
        toml += '[auth]\nkind = "key"\nvalue = "$SERVICE_KEY"\nquery = "key"'
        with described(tmp_path, toml) as api, pytest.raises(http.HttpError) as error:
            rows_of(api, DAY, DAY)
    assert f"Asked {service.url}/x?at=2, got status 403" in str(error.value)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ({"rows": ROWS[:1], "next": "/x?at=1"}, r"got 2 pages, the last of which leads to .*/x\?at=1 again"),
        ({"rows": ROWS[:1]}, r"expected what leads to the next page in `next`, or null"),
        ({"rows": ROWS[:1], "next": {"page": 2}}, r"expected what leads to the next page in `next`, or null"),
        ({"rows": ROWS[:1], "next": "https://elsewhere.test/x"}, "it would be one of elsewhere.test"),
    ],
    ids=["in a circle", "no next link", "an object", "another service"],
)
def test_pages_that_lead_nowhere_are_no_answer(tmp_path: Path, page: dict, said: str):
    with serving(lambda _: Reply(json.dumps(page))) as service:
        toml = f'url = "{service.url}/x"\n{OWN}[rows]\npath = "rows"\n[paging]\nkind = "next"\npath = "next"'
        with described(tmp_path, toml) as api, pytest.raises((http.HttpError, ValueError), match=said):
            rows_of(api, DAY, DAY)


def test_a_page_that_fails_is_asked_for_again_alone_and_without_it_there_is_no_answer(tmp_path: Path):
    failures = [503, 503, 503]

    def answer(question: Question) -> Reply:
        if question.query["skip"] == "2" and failures:
            return Reply(status=failures.pop(), headers={"Retry-After": "0"})
        return by_offset(question)

    with serving(answer) as service:
        toml = f'url = "{service.url}/x"\n{OWN}[rows]\npath = "rows"\n[retries]\nattempts = 2\n'
        toml += '[paging]\nkind = "offset"\nparam = "skip"\nsize = 2'
        with described(tmp_path, toml) as api:
            with pytest.raises(http.NoAnswerError, match=r"skip=2, got status 503 .*It was asked 2 times"):
                rows_of(api, DAY, DAY)
            (rows,) = rows_of(api, DAY, DAY)
    assert rows.equals(EXPECTED)
    assert [each.query["skip"] for each in service.asked] == ["0", "2", "2", "0", "2", "2", "4"]
