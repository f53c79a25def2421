"""Services that a header or a token opens: what is sent, what is renewed, and that nothing of it is shown."""

import itertools
import json
import logging
import traceback
from base64 import b64encode

import pytest
from pydantic import SecretStr

from tests.support.local_service import Question, Reply, serving
from wattlake.lake.addresses import Address
from wattlake.tasks.landing import http
from wattlake.tasks.sources import Login, Patience, Request

CANARY = "Kanarien5vogel"
ONCE = Patience(attempts=1, timeout_seconds=5)


def shown_of(error: BaseException, log: str) -> str:
    return "".join(traceback.format_exception(error)) + log


@pytest.fixture(autouse=True)
def whole_log(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    caplog.set_level("DEBUG", "wattlake.http")
    monkeypatch.setattr(logging.getLogger("wattlake"), "propagate", True)
    return caplog


def test_headers_are_sent_and_never_shown_even_where_the_service_repeats_them(whole_log):
    def answer(question: Question) -> Reply:
        return Reply(f"who is {question.headers['X-Key']}, {CANARY}?", status=503 if question.query else 200)

    secret = {"X-Key": SecretStr(f"Bearer {CANARY}")}
    with serving(answer) as service:
        assert http.ask(Request(Address(service.url), headers=secret)).body.startswith(b"who is Bearer")
        with pytest.raises(http.NoAnswerError) as error:
            http.ask(
                Request(Address(service.url), {"a": "1"}, headers=secret),
                patience=Patience(attempts=2),
                sleep=lambda _: None,
            )
    shown = shown_of(error.value, whole_log.text) + repr(Request(Address(service.url), headers=secret))
    assert "got status 503" in shown
    assert "attempt 2 of 2" in shown
    assert CANARY not in shown


def test_what_opens_a_service_is_not_carried_to_where_that_sends_us():
    with serving(lambda _: Reply()) as elsewhere:
        away = Reply(status=302, headers={"Location": f"{elsewhere.url}/"})
        with serving(lambda _: away) as service, pytest.raises(http.HttpError, match="got status 302"):
            http.ask(Request(Address(service.url), headers={"X-Key": SecretStr(CANARY)}))
        assert elsewhere.asked == []


def service_of_tokens(lives_seconds: int):
    numbers = itertools.count(1)
    valid: list[str] = []

    def answer(question: Question) -> Reply:
        if question.path == "/token":
            valid[:] = [f"{CANARY}{next(numbers)}"]
            return Reply(json.dumps({"access_token": valid[0], "expires_in": lives_seconds, "token_type": "Bearer"}))
        is_known = question.headers.get("Authorization") == f"Bearer {valid[0]}" if valid else False
        return Reply("fine") if is_known else Reply(f"no: {question.headers.get('Authorization')}", status=401)

    return answer, valid


def login(url: str, **more) -> Login:
    return Login(Address(f"{url}/token"), SecretStr("me"), SecretStr(CANARY), **more)


def test_a_token_is_had_once_and_renewed_when_it_runs_out_or_is_refused():
    answer, valid = service_of_tokens(3600)
    with serving(answer) as service:
        question = Request(Address(f"{service.url}/x"), login=login(service.url, fields=(("scope", "read"),)))
        assert [http.ask(question, patience=ONCE).body for _ in range(3)] == [b"fine"] * 3
        assert [each.path for each in service.asked] == ["/token", "/x", "/x", "/x"]
        assert service.asked[0].form == {"grant_type": "client_credentials", "scope": "read"}
        assert service.asked[0].headers["Authorization"] == f"Basic {b64encode(f'me:{CANARY}'.encode()).decode()}"
        valid[:] = ["revoked by the service"]
        assert http.ask(question, patience=ONCE).body == b"fine"
        assert [each.path for each in service.asked[4:]] == ["/x", "/token", "/x"]


def test_a_token_that_lives_shortly_is_had_each_time_and_id_and_secret_may_go_in_the_form():
    answer, _ = service_of_tokens(10)
    with serving(answer) as service:
        question = Request(Address(f"{service.url}/x"), login=login(service.url, is_in_form=True))
        assert [http.ask(question, patience=ONCE).body for _ in range(2)] == [b"fine"] * 2
        assert [each.path for each in service.asked] == ["/token", "/x", "/token", "/x"]
        assert service.asked[0].form["client_secret"] == CANARY
        assert "Authorization" not in service.asked[0].headers


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(f"wrong secret {CANARY}", status=401), "for a token, got status 401 with `wrong secret …`"),
        (Reply(f'{{"token": "{CANARY}"}}'), 'for a token, got `{"token": "…"}`, expected an `access_token`'),
        (Reply("", status=503), "for a token, got status 503"),
    ],
)
def test_a_server_that_gives_no_token_is_told_without_the_secret(whole_log, reply: Reply, said: str):
    with serving(lambda _: reply) as service:
        question = Request(Address(f"{service.url}/x"), login=login(service.url))
        with pytest.raises(http.HttpError) as error:
            http.ask(question, patience=ONCE)
    assert said in str(error.value)
    assert CANARY not in shown_of(error.value, whole_log.text)
    assert {each.path for each in service.asked} == {"/token"}


def test_a_refused_token_is_renewed_only_once(whole_log):
    answer, valid = service_of_tokens(3600)
    with serving(answer) as service:
        question = Request(Address(f"{service.url}/x"), login=login(service.url))
        http.ask(question, patience=ONCE)

        def refuse(asked: Question) -> Reply:
            return answer(asked) if asked.path == "/token" else Reply(f"{valid} is no token", status=401)

    with serving(refuse) as service:
        question = Request(Address(f"{service.url}/x"), login=login(service.url))
        for _ in range(2):
            with pytest.raises(http.HttpError, match="got status 401") as error:
                http.ask(question, patience=ONCE)
        assert [each.path for each in service.asked] == ["/token", "/x", "/x", "/token", "/x"]
    assert CANARY not in shown_of(error.value, whole_log.text)
