"""Stop what runs for long at a signal, once what was begun is ended."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event


@contextmanager
def stopped_by_signals(after_seconds: float | None = None) -> Iterator[Event]:
    """Give an event that Ctrl-C and SIGTERM set; a second one of them ends the process as ever.

    Only the main thread may listen to signals; in another they do not set the event.

    Args:
        after_seconds: when the event is set without a signal; never by default.
    """
    stopped = Event()
    timer = threading.Timer(after_seconds or 0, stopped.set)
    timer.daemon = True
    if after_seconds is not None:
        timer.start()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    before = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)}

    def stop(_number: int, _frame: object) -> None:
        stopped.set()
        for sign, handler in before.items():
            signal.signal(sign, handler)

    for sign in before:
        signal.signal(sign, stop)
    try:
        yield stopped
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)
