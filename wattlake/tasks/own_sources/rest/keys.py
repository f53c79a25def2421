"""The keys of a file with ``kind = "rest"``."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from wattlake.lake.mapping.part import Part
from wattlake.tasks.own_sources.environment import VARIABLE
from wattlake.tasks.own_sources.rest.reading import Rows

Target = Literal["meters", "members", "plants", "prices", "weather"]
Texts = dict[str, str]


class Opened(Part):
    """The keys of a way to be let in, whose secrets stand in the environment."""

    @model_validator(mode="after")
    def _without_secrets(self) -> Self:
        for key in {"value", "token", "password", "client_secret"} & self.__class__.model_fields.keys():
            if (text := getattr(self, key)) and not VARIABLE.search(text):
                raise ValueError(
                    f"`{key}` is a secret. Put it into the environment or .env, and its name here, as in $TOKEN"
                )
        return self


class Key(Opened):
    """A key in a header or in the query."""

    kind: Literal["key"]
    value: str
    header: str = ""
    query: str = ""

    @model_validator(mode="after")
    def _in_one_place(self) -> Self:
        if bool(self.header) == bool(self.query):
            raise ValueError("give one of `header` and `query`: the name that the key is sent under")
        return self


class Bearer(Opened):
    """A token that does not run out."""

    kind: Literal["bearer"]
    token: str


class Basic(Opened):
    """A user and a password; of a service with keys, the key is often the user."""

    kind: Literal["basic"]
    user: str
    password: str = ""


class OAuth2(Opened):
    """A client that is given tokens for its id and secret."""

    kind: Literal["oauth2"]
    token_url: str
    client_id: str
    client_secret: str
    scope: str = ""
    audience: str = ""
    send: Literal["login", "form"] = "login"


class Next(Part):
    """Pages of which each names the next one: in its body, or in the header ``Link``."""

    kind: Literal["next"]
    path: str = ""


class Cursor(Part):
    """Pages of which each says what to send for the next one."""

    kind: Literal["cursor"]
    path: str
    param: str


class Numbered(Part):
    """Pages that are asked for by their numbers; one with fewer rows than ``size`` is the last."""

    kind: Literal["page"]
    param: str
    first: int = Field(1, ge=0)
    size: int | None = Field(None, ge=1)


class Offset(Part):
    """Pages that are asked for by the rows before them; the last has fewer than ``size``."""

    kind: Literal["offset"]
    param: str
    size: int = Field(ge=1)


class Rate(Part):
    """At most so many calls in so many seconds."""

    calls: int = Field(ge=1)
    seconds: int = Field(1, ge=1)


class Retries(Part):
    """How often a question is asked in all, and how long is waited."""

    attempts: int = Field(6, ge=1, le=20)
    timeout_seconds: float = Field(60, gt=0, le=3600)
    longest_wait_seconds: float = Field(300, ge=0)


class RestKeys(Part):
    """The keys of a file that describes a REST service."""

    url: str
    licence: str = Field("The community's own", min_length=1)
    params: Texts = Field({})
    headers: Texts = Field({})
    each: list[Texts] = Field([])
    auth: Annotated[Key | Bearer | Basic | OAuth2, Field(discriminator="kind")] | None = None
    paging: Annotated[Next | Cursor | Numbered | Offset, Field(discriminator="kind")] | None = None
    rate: Rate = Rate(calls=1)
    retries: Retries = Retries()
    days_a_question: int = Field(1, ge=1, le=366)
    days_ahead: int = Field(0, ge=0, le=16)
    final_after_days: int | None = Field(None, ge=0)
    nothing_is_an_answer: bool = False
    rows: Rows = Rows()
    to: Target | None = None
    mapping: str | dict[str, Any] = ""
    columns: dict[str, Any] = Field({})
    row: str = ""
    after: list[str] = Field([])
