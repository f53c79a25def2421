"""The question for the next page of an answer, as the description says how it is found."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from wattlake.lake.addresses import Address
from wattlake.tasks.own_sources.rest.keys import Cursor, Next, Numbered, Offset
from wattlake.tasks.own_sources.rest.reading import Rows
from wattlake.tasks.own_sources.rest.records import json_at
from wattlake.tasks.own_sources.rest.rows import count_rows
from wattlake.tasks.own_sources.rest.xml_records import Missing
from wattlake.tasks.sources._answer import Answer
from wattlake.tasks.sources.base import Page, Request

NextPage = Callable[[Request, Page], Request | None]


def next_page(paging: Next | Cursor | Numbered | Offset, rows: Rows) -> NextPage:
    """Make what finds the question for the next page; it gives ``None`` after the last."""

    def of(request: Request, page: Page) -> Request | None:
        if isinstance(paging, Next):
            link = _said(request, page, paging.path) if paging.path else page.next_link
            return _linked(request, page, str(link)) if link else None
        if isinstance(paging, Cursor):
            cursor = _said(request, page, paging.path)
            return _with(request, paging.param, str(cursor)) if cursor else None
        count, size = count_rows(request, page.body, rows), paging.size
        if count == 0 or (size and count < size):
            return None
        before = int(request.params[paging.param])
        return _with(request, paging.param, str(before + (count if isinstance(paging, Offset) else 1)))

    return of


def _said(request: Request, page: Page, path: str) -> Any:  # noqa: ANN401
    """Give what a page says of the next one: a text, a number, or nothing.

    Raises:
        ValueError: it says nothing at the path, or something else.
    """
    answer = Answer(request, page.body)
    value = json_at(answer.parsed(), path)
    if value is Missing or isinstance(value, dict | list | bool):
        raise answer.wrong(f"what leads to the next page in `{path}`, or null")
    return value


def _with(request: Request, param: str, value: str) -> Request:
    return replace(request, params={**request.params, param: value})


def _linked(request: Request, page: Page, link: str) -> Request:
    """Make the question that a link asks, with what opens the service.

    Raises:
        ValueError: it leads to another service, which is not to be given what opens this one.
    """
    address = urlsplit(urljoin(str(request.url), link))
    if f"{address.scheme}://{address.netloc.rpartition('@')[2]}" != f"{request.url.scheme}://{request.url.authority}":
        raise Answer(request, page.body).wrong(
            f"a next page of the same service, but it would be one of {address.hostname}, which is asked for nothing"
        )
    # What opens the service is in the address already, where it is not shown.
    asked = parse_qsl(address.query, keep_blank_values=True)
    params = {key: value for key, value in asked if key not in request.url.query}
    return replace(request, url=_at(request.url, address.path), params=params)


def _at(base: Address, path: str) -> Address:
    """Give the address of another path, with what opens it."""
    whole = base.get_secret_value()
    return Address(whole.replace(f"{base.authority}{base.path}", f"{base.authority}{path}", 1))
