"""Warnings of the weather are alerts of their commit: each once, as its newest message says, and sent as others are."""

import json
from datetime import UTC, timedelta

from tests.support.streams import NOW, batch_of
from tests.support.webhook import listening_webhook
from wattlake.lake.alert_settings import AlertAddress
from wattlake.lake.stream_settings import Stream as StreamOfSettings
from wattlake.lake.stream_settings import Topics
from wattlake.lake.streaming.alert_rules import AlertRules
from wattlake.lake.streaming.commit import Stream, commit_batch
from wattlake.lake.streaming.weather import WeatherAlert, weather_beside
from wattlake.tasks.alerting.sender import Sender
from wattlake.tasks.streaming.going_out import GoingOut

STARTS, ENDS = NOW + timedelta(hours=5), NOW + timedelta(hours=11)
STORM = WeatherAlert("storm-1", "north", "warn", "Gusts of 110 km/h", STARTS, ENDS, NOW - timedelta(hours=1))
WORSE = STORM._replace(severity="error", sent_utc=NOW)


class Committing:
    """Commits warnings, message by message, with the rules of meters beside."""

    def __init__(self, lake):
        self.lake, self.taken = lake, 0
        self.rules = AlertRules("kafka", lake.settings)

    def __call__(self, *warnings):
        batch = batch_of(["It tells of no meter."], first_offset=self.taken)
        self.taken += 1
        return commit_batch(
            self.lake, Stream("kafka", "run", rules=self.rules), batch, now_utc=NOW, beside=weather_beside(warnings)
        )


def stored(lake):
    query = "select rule, severity, zone, meter_id, started_at_utc, ended_at_utc, evidence from warehouse.live_alert"
    return [
        row[:4] + tuple(at.replace(tzinfo=UTC) for at in row[4:6]) + row[6:]
        for row in lake.reader().execute(query).fetchall()
    ]


def test_a_warning_is_an_alert_of_its_commit_once_and_as_its_newest_message_says(calendar_lake):
    commit = Committing(calendar_lake)
    (alert,) = commit(STORM).alerts.to_pylist()
    assert (alert["rule"], alert["zone"], alert["severity"], alert["_landing_id"]) == ("weather", "north", "warn", 1)
    assert commit(STORM).alerts.num_rows == 0, "it says nothing new"
    (worse,) = commit(WORSE, STORM).alerts.to_pylist()
    assert (worse["alert_id"], worse["severity"]) == (alert["alert_id"], "error")
    assert commit(STORM).alerts.num_rows == 0, "what was sent before comes after"
    (over,) = commit(WORSE._replace(ends_utc=STARTS)).alerts.to_pylist()
    assert over["ended_at_utc"] == over["started_at_utc"], "sent at the same time, read later"
    (other,) = commit(STORM._replace(alert_id="storm-2", zone="south")).alerts.to_pylist()
    assert other["alert_id"] != alert["alert_id"]
    assert sorted(row[1:3] for row in stored(calendar_lake)) == [("error", "north"), ("warn", "south")]


def test_a_warning_is_published_and_sent_once(calendar_lake):
    with listening_webhook() as webhook:
        update = {"alert": {"desk": AlertAddress(webhook.address)}}
        calendar_lake.settings = calendar_lake.settings.model_copy(update=update)
        commit = Committing(calendar_lake)
        described = StreamOfSettings(name="kafka", topics=Topics(anomalies="odd"))
        with GoingOut(calendar_lake, described, commit.rules, lambda: NOW) as going_out:
            (record,) = going_out.of_commit(commit(STORM))
            assert going_out.of_commit(commit(STORM)) == []
            assert webhook.came.wait(10), "the commit wakes who sends"
        assert Sender(calendar_lake.settings, lambda: NOW).send_all() == 0

    assert (record.topic, json.loads(record.payload)["rule"]) == ("odd", "weather")
    (post,) = webhook.posts
    assert (post["title"], post["type"]) == ("weather: north", "warning")
    assert post["message"].startswith("Gusts of 110 km/h\nSince 2026-11-30 15:00:00 until 2026-11-30 21:00:00 UTC.")
    assert stored(calendar_lake) == [("weather", "warn", "north", None, STARTS, ENDS, "Gusts of 110 km/h")]
