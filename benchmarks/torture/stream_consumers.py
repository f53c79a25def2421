"""Consumers of a stream as processes: one that dies at a point, and one at whose point a server is killed."""

from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess

from benchmarks.torture.points import Point, arm, die
from benchmarks.torture.processes import start, warm
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.streaming.mqtt.transport import MqttTransport
from wattlake.tasks.streaming.running import run_stream

PATIENCE_SECONDS = 300
ACKNOWLEDGED = "acknowledged"


def consumer(settings: Settings, point: Point | None, act: Callable[[], object] = die) -> ForkServerProcess:
    """Start a consumer that does something at a point, by default dies, and else reads on until SIGTERM."""
    process = warm().Process(target=_read, args=(settings, point, act, None, PATIENCE_SECONDS))
    start(process)
    return process


def read_to_the_end(settings: Settings, seconds: float = PATIENCE_SECONDS) -> ForkServerProcess:
    """Start a consumer that reads until nothing comes any more, or for so long."""
    process = warm().Process(target=_read, args=(settings, None, die, 0, seconds))
    start(process)
    return process


def _read(
    settings: Settings, point: Point | None, act: Callable[[], object], idle_rounds: int | None, seconds: float
) -> None:
    from wattlake.tasks.landing.stopping import stopped_by_signals

    if point is not None and point.at == ACKNOWLEDGED:
        _act_when_acknowledged(act)
    elif point is not None:
        arm(point, act)
    with stopped_by_signals(seconds) as stopped:
        for step in run_stream(Lake(settings), lambda: datetime.now(UTC), stopped):
            if idle_rounds is not None and not step.committed and not step.waiting:
                stopped.set()


def _act_when_acknowledged(act: Callable[[], object]) -> None:
    acknowledge = MqttTransport.acknowledge

    def acknowledge_and_act(transport: MqttTransport, messages: object) -> None:
        acknowledge(transport, messages)  # type: ignore[arg-type]
        act()

    MqttTransport.acknowledge = acknowledge_and_act  # type: ignore[method-assign, assignment]
