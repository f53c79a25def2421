"""Find which services answer at all, side by side and within seconds."""

import logging
import threading
import time
from collections.abc import Iterable
from queue import Empty, Queue

import httpx

from wattlake.lake.addresses import Address
from wattlake.lake.settings import Settings
from wattlake.tasks.landing import http
from wattlake.tasks.sources import Api, source

logger = logging.getLogger("wattlake.ingest")

ANSWER_WITHIN_SECONDS = 8.0
"""A host that is there answers in less than one; with all of them silent, a run says so within twenty."""


def silent_sources(names: Iterable[str]) -> dict[str, http.NoAnswerError]:
    """Find the APIs none of whose hosts answers; the log names each host that does not.

    Args:
        names: sources; those that come as files are left out.

    Returns:
        Why each of them is not to be asked.
    """
    own = Settings().url
    hosts = {
        name: [_host({api: Address(url) for api, url in asked.urls.items()} | own, api) for api in asked.urls]
        for name in names
        if isinstance(asked := source(name), Api)
    }
    silent = silent_hosts({host for of_source in hosts.values() for host in of_source})
    for host, fault in sorted(silent.items()):
        logger.warning("%s does not answer (%s); what can be done without it goes on", host, fault)
    return {
        name: http.NoAnswerError(
            f"{' and '.join(dict.fromkeys(of_source))} did not answer ({silent[of_source[0]]}). "
            "Check the network, and run again."
        )
        for name, of_source in hosts.items()
        if all(host in silent for host in of_source)
    }


def silent_hosts(hosts: Iterable[str], within_seconds: float = ANSWER_WITHIN_SECONDS) -> dict[str, str]:
    """Ask hosts for their root, side by side; any answer will do.

    Args:
        hosts: such as ``https://example.org:8443``.
        within_seconds: how long to wait for all of them together.

    Returns:
        What went wrong with each that gave no answer.
    """
    waited_for = set(hosts)
    faults = dict.fromkeys(waited_for, f"no answer within {within_seconds:g} s")
    answers: Queue[tuple[str, str | None]] = Queue()
    for host in waited_for:
        # A name that cannot be looked up may hold a thread for minutes, and must not hold the process.
        threading.Thread(target=_ask, args=(host, within_seconds, answers), daemon=True).start()
    deadline = time.monotonic() + within_seconds
    while waited_for:
        try:
            host, fault = answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            break
        waited_for.discard(host)
        if fault is None:
            del faults[host]
        else:
            faults[host] = fault
    return faults


def _ask(host: str, within_seconds: float, answers: Queue[tuple[str, str | None]]) -> None:
    """Put into the queue whether a host answers, through the proxy of the environment, if any."""
    try:
        httpx.head(f"{host}/", timeout=within_seconds, headers={"User-Agent": "wattlake"})
    except httpx.TimeoutException:
        return
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        answers.put((host, f"{type(error).__name__}: {error}"))
    else:
        answers.put((host, None))


def _host(urls: dict[str, Address], api: str) -> str:
    return f"{urls[api].scheme}://{urls[api].authority}"
