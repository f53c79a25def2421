"""The questions that a described service is asked: their days, zones, entries and what opens it."""

from base64 import b64encode
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.support.local_service import Question, Reply, serving
from tests.support.rest_sources import OWN, described, questions
from wattlake.tasks.landing.pages import whole_answer
from wattlake.tasks.landing.questions import question_of, request_name
from wattlake.tasks.own_sources import OwnSourceError

DAY = date(2026, 3, 4)
SECRET = "Kanarien5vogel"
AUTH = '[auth]\nkind = "key"\nquery = "key"\nvalue = "$SERVICE_KEY"'


@pytest.mark.parametrize(
    ("form", "written", "day"),
    [
        ("{from}", "2026-03-04T00:00:00Z", DAY),
        ("{from:%Y%m%d%H%M}", "202603040000", DAY),
        ("{last:%d.%m.%Y}", "04.03.2026", DAY),
        ("{to:unix}", "1772668800", date(2026, 3, 5)),
        ("{to:unix_ms}", "1772668800000", date(2026, 3, 5)),
        ("day {from:%Y-%m-%d}T00:00Z", "day 2026-03-04T00:00Z", DAY),
    ],
)
def test_days_are_written_as_the_service_wants_them_and_read_again(tmp_path: Path, form: str, written: str, day: date):
    toml = f'url = "http://service.test/x"\nparams = {{ day = "{form}" }}\n{OWN}'
    with described(tmp_path, toml) as api:
        (asked,) = questions(api, DAY, DAY)
        assert asked.params == {"day": written}
        assert question_of(request_name(asked), api.days_asked).first_day == day


def test_each_stretch_zone_and_entry_is_a_question_of_its_own(tmp_path: Path):
    toml = """
    url = "http://service.test/{zone}/{meter}/x?lat={latitude}&lon={longitude}"
    params = { from = "{from:%Y-%m-%d}", market = "{bidding_zone}" }
    days_a_question = 4
    days_ahead = 1
    each = [{ meter = "M 1" }, { meter = "M/2" }]
    """
    with described(tmp_path, toml + OWN) as api:
        asked = questions(api, date(2026, 3, 10), date(2026, 3, 31))
        names = [request_name(each) for each in asked]
        assert api.after == ("members",)
    rest = "from=2026-03-09&market=DE-LU"
    assert names == [
        f"http://service.test/north/M%201/x?lat=48.25&lon=11.5&{rest}",
        f"http://service.test/north/M%2F2/x?lat=48.25&lon=11.5&{rest}",
        f"http://service.test/south/M%201/x?lat=47&lon=11.25&{rest}",
        f"http://service.test/south/M%2F2/x?lat=47&lon=11.25&{rest}",
    ], "four days are asked for together, always the same, up to tomorrow: the service knows no later day"


def test_days_ahead_are_asked_for_with_today_and_not_with_the_past(tmp_path: Path):
    toml = f'url = "http://service.test/{{from:%Y-%m-%d}}"\ndays_ahead = 2\n{OWN}'
    with described(tmp_path, toml) as api:
        asked = questions(api, date(2026, 3, 9), date(2026, 3, 10))
        assert [(str(each.url)[-5:], each.is_ahead) for each in asked] == [
            ("03-09", False), ("03-10", False), ("03-11", True), ("03-12", True)
        ]  # fmt: skip
        assert len(questions(api, date(2026, 3, 8), date(2026, 3, 9))) == 2


def test_a_day_in_the_path_is_read_again_and_says_when_an_answer_is_final(tmp_path: Path):
    toml = f'url = "http://service.test/v1/{{from:%Y%m%d}}/hourly"\nfinal_after_days = 2\n{OWN}'
    with described(tmp_path, toml) as api:
        first, second = questions(api, DAY, date(2026, 3, 5))
        read = question_of(request_name(second), api.days_asked)
        of_first = question_of(request_name(first), api.days_asked)
    assert (read.first_day, read.subject) == (date(2026, 3, 5), of_first.subject)
    assert second.final_at_utc == datetime(2026, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("auth", "header", "query"),
    [
        ('kind = "key"\nvalue = "$SERVICE_KEY"\nheader = "X-Key"', ("X-Key", SECRET), {}),
        ('kind = "key"\nvalue = "${SERVICE_KEY}"\nquery = "token"', ("X-Key", None), {"token": SECRET}),
        ('kind = "bearer"\ntoken = "$SERVICE_KEY"', ("Authorization", f"Bearer {SECRET}"), {}),
        (
            'kind = "basic"\nuser = "$SERVICE_KEY"',
            ("Authorization", f"Basic {b64encode(f'{SECRET}:'.encode()).decode()}"),
            {},
        ),
        (
            'kind = "basic"\nuser = "me@home"\npassword = "$SERVICE_KEY"',
            ("Authorization", f"Basic {b64encode(f'me@home:{SECRET}'.encode()).decode()}"),
            {},
        ),
    ],
    ids=["key in a header", "key in the query", "bearer", "key as a user", "password"],
)
def test_what_opens_a_service_comes_from_the_environment_and_is_never_shown(
    tmp_path: Path, monkeypatch, auth: str, header: tuple[str, str | None], query: dict[str, str]
):
    monkeypatch.setenv("SERVICE_KEY", SECRET)
    with serving(lambda _: Reply(f'{{"error": "what is {SECRET}?"}}')) as service:
        toml = f'url = "{service.url}/x?day={{from:%Y-%m-%d}}"\n{OWN}[auth]\n{auth}'
        with described(tmp_path, toml) as api:
            (asked,) = questions(api, DAY, DAY)
            with pytest.raises(ValueError, match="what is …") as error:
                api.read(asked, whole_answer(api, asked))
            shown = [repr(api), repr(asked), str(asked), request_name(asked), str(asked.asked), str(error.value)]
    (came,) = service.asked
    assert (came.headers.get(header[0]), came.query) == (header[1], query | {"day": "2026-03-04"})
    assert not [text for text in shown if SECRET in text]


@pytest.mark.parametrize("send", ["login", "form"])
def test_a_client_is_given_a_token(tmp_path: Path, monkeypatch, send: str):
    def answer(question: Question) -> Reply:
        return Reply('{"access_token": "T", "expires_in": 900}' if question.method == "POST" else "[]")

    monkeypatch.setenv("SERVICE_KEY", SECRET)
    with serving(answer) as service:
        toml = f"""
        url = "{service.url}/x"
        {OWN}
        [auth]
        kind = "oauth2"
        token_url = "{service.url}/token"
        client_id = "me"
        client_secret = "$SERVICE_KEY"
        scope = "meters"
        send = "{send}"
        """
        with described(tmp_path, toml) as api:
            whole_answer(api, *questions(api, DAY, DAY))
    token, asked = service.asked
    assert (token.form["scope"], token.form.get("client_secret")) == ("meters", SECRET if send == "form" else None)
    assert asked.headers["Authorization"] == "Bearer T"


def test_secrets_in_parameters_and_headers_are_sent_and_stand_in_the_env_file_too(tmp_path: Path, monkeypatch):
    monkeypatch.delenv("SERVICE_KEY", raising=False)
    toml = 'params = { a = "$SERVICE_KEY", b = "1" }\nheaders = { X-Key = "k $SERVICE_KEY", Accept = "text/csv" }\n'
    env = {".env": f"SERVICE_KEY={SECRET}\n"}
    with (
        serving(lambda _: Reply("[]")) as service,
        described(tmp_path, f'url = "{service.url}/x"\n{toml}{OWN}{AUTH}', env) as api,
    ):
        (asked,) = questions(api, DAY, DAY)
        whole_answer(api, asked)
        assert request_name(asked) == f"{service.url}/x?b=1"
    assert service.asked[0].query == {"a": SECRET, "b": "1", "key": SECRET}
    assert (service.asked[0].headers["X-Key"], service.asked[0].headers["Accept"]) == (f"k {SECRET}", "text/csv")


def test_a_variable_that_is_not_set_is_named_when_the_service_is_asked(tmp_path: Path, monkeypatch):
    monkeypatch.delenv("SERVICE_KEY", raising=False)
    toml = f'url = "http://service.test/x"\nheaders = {{ X-Key = "$SERVICE_KEY" }}\n{OWN}'
    with (
        described(tmp_path, toml) as api,
        pytest.raises(OwnSourceError, match=r"sources/service.toml: the variable SERVICE_KEY is not set\. Set it in"),
    ):
        questions(api, DAY, DAY)


def test_the_address_may_be_another_by_a_setting(tmp_path: Path):
    with described(tmp_path, f'url = "http://service.test/v1/x"\n{OWN}') as api:
        assert dict(api.urls) == {"service": "http://service.test"}
