"""How soon people see: from an event to the page Live of ten browsers that look at it at once."""

from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median, quantiles
from time import sleep, time

from playwright.sync_api import Page

from benchmarks.bench import Bench
from benchmarks.measure import StepFailedError
from benchmarks.streams.latency import Latency
from benchmarks.streams.processes import begin_in, consuming, meter_name, new_lake, sending, sent_by
from benchmarks.streams.rates import SENDER_STARTS_SECONDS
from benchmarks.streams.sending import Load, planted_times
from benchmarks.viewer import opened_browser, serving
from harness.kafka import KafkaCluster

VIEWERS, METERS, SECONDS, LEAST_SECONDS, PLANTED_EVERY = 10, 100, 120, 40, 5
LAST_SECONDS = 30
SEE_ALERTS = r"""
    window.seen = {};
    new MutationObserver(() => {
        for (const [, name] of document.body.textContent.matchAll(/impossible\s*(U\d{6})/g))
            window.seen[name] ??= Date.now();
    }).observe(document, {childList: true, subtree: true, characterData: true});
"""
"""Notes when each member's alert was first on the page; ``innerText`` would lay the page out anew at each change."""


@dataclass(frozen=True)
class Viewer:
    """A page that is looked at."""

    page: Page

    def seen(self) -> dict[str, float]:
        """When each member's alert was first there, in seconds since 1970."""
        return {name: at / 1000 for name, at in self.page.evaluate("() => window.seen").items()}


def viewed(bench: Bench, kafka: KafkaCluster) -> Latency:
    """Measure seconds from an impossible value to its alert on each of ten pages.

    Raises:
        StepFailedError: there is no browser, or a page did not show an alert.
    """
    seconds = max(round(SECONDS * bench.scale), LEAST_SECONDS)
    lake = new_lake(bench, kafka, "viewers", METERS)
    with ExitStack() as stack:
        stack.enter_context(consuming(bench, "viewers", lake))
        first = Load(kafka.bootstrap, "viewers", METERS, 5, begin_in(-5), paced=False)
        with sending(bench, "viewers-first", first) as sender:
            sent_by(bench, "viewers-first", sender)
        address, _ = stack.enter_context(serving(lake, bench.work / "logs" / "viewers-dashboard"))
        browser = stack.enter_context(opened_browser())
        viewers = [Viewer(browser.new_page()) for _ in range(VIEWERS)]
        for viewer in viewers:
            viewer.page.add_init_script(SEE_ALERTS)
            viewer.page.goto(f"{address}/live")
            viewer.page.get_by_text("Messages").first.wait_for(timeout=60_000)
        begin = begin_in(SENDER_STARTS_SECONDS)
        load = Load(kafka.bootstrap, "viewers", METERS, seconds, begin, planted_every=PLANTED_EVERY)
        with sending(bench, "viewers", load) as sender:
            sent_by(bench, "viewers", sender)
        planted = {name.replace(meter_name(0)[0], "U"): at for name, at in planted_times(load).items()}
        until = time() + LAST_SECONDS
        while any(viewer.seen().keys() < planted.keys() for viewer in viewers) and time() < until:
            sleep(0.5)
        return _latency([viewer.seen() for viewer in viewers], planted)


def _latency(seen: list[dict[str, float]], planted: dict[str, float]) -> Latency:
    if missing := [name for name in planted for times in seen if name not in times]:
        raise StepFailedError(
            f"{len(missing)} of {len(planted) * len(seen)} alerts were not on a page, {missing[0]} the first."
        )
    seconds = [times[name] - at for name, at in planted.items() for times in seen]
    return Latency(len(seconds), median(seconds), quantiles(seconds, n=20)[-1], max(seconds))
