"""Each alert goes to each address once; what fails is told and tried again, and a restart sends what is left."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.webhook import Webhook, listening_webhook
from wattlake.lake.alert_settings import AlertAddress
from wattlake.lake.settings import Settings, WrongSettingError
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.alert_messages import record_deliveries
from wattlake.tasks.alerting.sender import Sender

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ALERT = ("error", "m1", "anna", "north", "consumption", "power", "2026-06-01 11:59:00", None)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with listening_webhook() as server:
        yield server


def raise_alerts(lake: Lake, *names: str, detected: datetime = NOW) -> None:
    columns = "alert_id, rule, severity, meter_id, member_id, zone, direction, quantity, started_at_utc, ended_at_utc"
    rows = ", ".join(
        str((name, "impossible", *ALERT)).replace("None", "null")[:-1]
        + f", timestamp '{detected:%Y-%m-%d %H:%M:%S}', 'power of {name}', 1)"
        for name in names
    )
    lake.write(
        lambda connection: connection.execute(
            f"insert into gold.live_alert ({columns}, detected_at_utc, evidence, _landing_id) values {rows}"
        )
    )


def sender_of(lake: Lake, *, now: datetime = NOW, **addresses: str) -> Sender:
    by_name = {name: AlertAddress(address) for name, address in addresses.items()}
    return Sender(lake.settings.model_copy(update={"alert": by_name}), lambda: now)


def sent_and_recorded(lake: Lake, sender: Sender) -> int:
    """Send, and record what became of it as the next commit of a stream does."""
    failed = sender.send_all()
    record(lake, sender)
    return failed


def record(lake: Lake, sender: Sender) -> None:
    deliveries = sender.unrecorded()
    lake.write(partial(record_deliveries, deliveries=deliveries))
    sender.is_recorded(deliveries)


def deliveries(lake: Lake) -> list[tuple[Any, ...]]:
    return lake.reader().execute("select alert_id, address, status from ops.alert_sent order by all").fetchall()


@pytest.fixture
def lake(calendar_lake) -> Lake:
    return calendar_lake


def test_each_alert_is_one_message_to_each_address_and_none_after_a_restart(lake, webhook):
    raise_alerts(lake, "a", "b")
    addresses = {"phone": webhook.address, "desk": webhook.address}

    assert sent_and_recorded(lake, sender_of(lake, **addresses)) == 0
    assert sent_and_recorded(lake, sender_of(lake, **addresses)) == 0

    assert sorted(post["message"].splitlines()[0] for post in webhook.posts) == 2 * ["power of a"] + 2 * ["power of b"]
    assert {(post["title"], post["type"]) for post in webhook.posts} == {("impossible: m1 of anna", "failure")}
    assert webhook.posts[0]["message"].splitlines()[1].startswith("Since 2026-06-01 11:59:00 UTC. Alert ")
    assert deliveries(lake) == [(alert, name, "sent") for alert in "ab" for name in ("desk", "phone")]


def test_what_was_sent_is_not_sent_again_before_a_commit_recorded_it(lake, webhook):
    raise_alerts(lake, "a")
    sender = sender_of(lake, phone=webhook.address)

    assert sender.send_all() == sender.send_all() == 0
    assert len(webhook.posts) == 1
    assert deliveries(lake) == []

    webhook.refusals = 1
    raise_alerts(lake, "b")
    assert sender.send_all() == 1
    before = sender.unrecorded()
    assert sender.send_all() == 0
    sender.is_recorded(before)
    assert [(each.key, each.failure) for each in sender.unrecorded()] == [(("b", "phone"), None)]


def test_what_failed_is_told_without_the_address_kept_and_tried_again(lake, webhook, caplog):
    raise_alerts(lake, "a", "b")
    webhook.refusals = 1
    sender = sender_of(lake, phone=webhook.address)

    with caplog.at_level(logging.WARNING, "wattlake.alerts"):
        # The second message waits: an address that refuses one would refuse it, too.
        assert sent_and_recorded(lake, sender) == 2
        assert deliveries(lake) == [("a", "phone", "failed")]
        assert sent_and_recorded(lake, sender) == 0

    assert deliveries(lake) == [("a", "phone", "sent"), ("b", "phone", "sent")]
    (failure, recovery) = [record.getMessage() for record in caplog.records if record.name == "wattlake.alerts"]
    assert failure.startswith("The address `phone` (json://…) did not take an alert: ")
    assert "503" in failure
    assert recovery == "The address `phone` takes alerts again."
    assert "s3cret-word" not in caplog.text


def test_an_address_where_nobody_listens_holds_no_other_up(lake, webhook):
    raise_alerts(lake, "a")

    assert sent_and_recorded(lake, sender_of(lake, gone="json://127.0.0.1:1/", phone=webhook.address)) == 1
    assert len(webhook.posts) == 1
    assert deliveries(lake) == [("a", "gone", "failed"), ("a", "phone", "sent")]


@pytest.mark.parametrize(("age", "posts"), [(timedelta(hours=24), 1), (timedelta(hours=24, seconds=1), 0)])
def test_what_is_older_than_a_day_is_no_news(lake, webhook, age, posts):
    raise_alerts(lake, "a", detected=NOW - age)

    assert sender_of(lake, phone=webhook.address).send_all() == 0
    assert len(webhook.posts) == posts


def test_a_woken_sender_sends_at_once_tries_again_by_itself_and_ends(lake, webhook):
    webhook.refusals = 1
    sender = sender_of(lake, phone=webhook.address)
    sender.start()
    raise_alerts(lake, "a")
    sender.wake()
    assert webhook.came.wait(5)
    webhook.came.clear()
    assert webhook.came.wait(5)
    sender.close()
    record(lake, sender)

    assert [post["title"] for post in webhook.posts] == ["impossible: m1 of anna"]
    assert deliveries(lake) == [("a", "phone", "sent")]


def test_an_address_that_is_none_is_refused_by_its_name_and_never_shown(lake, monkeypatch):
    with pytest.raises(ValueError, match=r"The address `phone` \(nonsense://…\) is none .* WATTLAKE_ALERT__PHONE"):
        sender_of(lake, phone="nonsense://s3cret-word@host")

    monkeypatch.setenv("WATTLAKE_ALERT__PHONE", "s3cret-word")
    with pytest.raises(WrongSettingError, match="no address to send alerts to") as refusal:
        Settings()
    assert "s3cret-word" not in str(refusal.value)

    monkeypatch.setenv("WATTLAKE_ALERT__PHONE", "json://s3cret-word@host")
    assert "s3cret-word" not in repr(Settings()) + str(Settings().alert) + Settings().model_dump_json()
    assert Settings().alert["phone"].get_secret_value() == "json://s3cret-word@host"
