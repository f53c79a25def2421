"""Tokens of OAuth2 clients: had once, kept until they run out, and sent with each question."""

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import httpx

from wattlake.tasks.landing.patience import HttpError, failure
from wattlake.tasks.sources.base import Login, Patience

EARLY_SECONDS = 30.0
"""A token is renewed so long before it runs out, for a question takes its time."""
SHORTEST_LIFE_SECONDS = 60.0


@dataclass(frozen=True)
class _Token:
    """A token, and when it runs out by the clock of this process."""

    text: str
    ends_at: float


_tokens: dict[Login, _Token] = {}


class TokenAuth(httpx.Auth):
    """Sends a token with a question; one that is refused is renewed once."""

    requires_response_body = True

    def __init__(self, login: Login, patience: Patience) -> None:
        """Take the client, and how long its server is waited for."""
        self._login, self._patience = login, patience

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Ask for a token where there is none, and ask the question with it."""
        token = _tokens.get(self._login)
        is_kept = token is not None and time.monotonic() < token.ends_at
        if token is None or not is_kept:
            token = self._keep((yield self._question()))
        request.headers["Authorization"] = f"Bearer {token.text}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED and is_kept:
            request.headers["Authorization"] = f"Bearer {self._keep((yield self._question())).text}"
            yield request

    def masked(self, text: str) -> str:
        """Mask the client's secret and its token in a text of somebody else's."""
        token = _tokens.get(self._login)
        hidden = [self._login.client_secret.get_secret_value(), token.text if token else ""]
        for secret in filter(None, hidden):
            text = text.replace(secret, "…")
        return self._login.token_url.masked(text)

    def _question(self) -> httpx.Request:
        login = self._login
        form = {"grant_type": "client_credentials", **dict(login.fields)}
        its_id, secret = login.client_id.get_secret_value(), login.client_secret.get_secret_value()
        if login.is_in_form:
            form |= {"client_id": its_id, "client_secret": secret}
        question = httpx.Request("POST", str(login.token_url), params=login.token_url.query or None, data=form)
        if not login.is_in_form:
            question = next(httpx.BasicAuth(its_id, secret).auth_flow(question))
        return question

    def _keep(self, answer: httpx.Response) -> _Token:
        """Keep the token of an answer.

        Raises:
            HttpError: it holds none.
        """
        if not answer.is_success:
            raise failure(self._sentence(answer, f"status {answer.status_code} with "), answer, self._patience)
        try:
            content: Any = answer.json()
            text, life_seconds = content["access_token"], float(content.get("expires_in") or SHORTEST_LIFE_SECONDS)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise HttpError(self._sentence(answer)) from None
        token = _Token(str(text), time.monotonic() + life_seconds - EARLY_SECONDS)
        _tokens[self._login] = token
        return token

    def _sentence(self, answer: httpx.Response, before: str = "") -> str:
        came = self.masked(answer.text)[:200] or "an empty body"
        return f"Asked {self._login.token_url} for a token, got {before}`{came}`, expected an `access_token`."
