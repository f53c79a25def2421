"""Get the whole answer to a question: its body, or all of its pages."""

from functools import partial

from wattlake.tasks.landing import http
from wattlake.tasks.landing.questions import request_name
from wattlake.tasks.sources import Api, Request
from wattlake.tasks.sources._pages import packed

MOST_PAGES = 10_000


def whole_answer(api: Api, request: Request) -> bytes:
    """Ask a question, and for each next page; an answer that has pages is a zip file of them.

    Raises:
        HttpError: there was no usable answer, or its pages have no end.
        ValueError: a page does not say what it should of the next one.
    """
    ask = partial(http.ask, calls=api.calls, patience=api.patience)
    if api.next_page is None:
        return ask(request).body
    pages: list[bytes] = []
    asked: set[str] = set()
    page: Request | None = request
    while page is not None:
        name = request_name(page)
        if name in asked or len(pages) == MOST_PAGES:
            raise http.HttpError(
                f"Asked {request_name(request)}, got {len(pages):,} pages, the last of which leads to {name} again, "
                "expected an end of them. Mend `paging`."
            )
        asked.add(name)
        came = ask(page)
        pages.append(came.body)
        page = api.next_page(page, came)
    return packed(pages)
