"""``wattlake alerts``: one line each, newest first, with what was seen and the limit in their unit."""

import pytest

ROWS = """
    select unnest([
        {alert_id: 'a', rule: 'impossible', meter_id: 'm1', member_id: 'anna', minute: 0, until: 15, observed: 61.25,
            lim: 50.0, unit: 'kWh', evidence: 'much'},
        {alert_id: 'b', rule: 'missing', meter_id: 'm2', member_id: null, minute: 30, until: null, observed: 181.0,
            lim: 180.0, unit: 's', evidence: 'nothing came'}
    ], recursive := true)
"""


@pytest.fixture
def lake(calendar_lake, monkeypatch):
    monkeypatch.setenv("WATTLAKE_DATA", calendar_lake.settings.data)
    return calendar_lake


def raise_alerts(lake):
    lake.write(
        lambda connection: connection.execute(
            f"""
            insert into gold.live_alert by name
            select alert_id, rule, 'error' as severity, meter_id, member_id, 'north' as zone,
                timestamp '2026-06-01 12:00' + to_minutes(minute) as started_at_utc,
                timestamp '2026-06-01 12:00' + to_minutes(until) as ended_at_utc, started_at_utc as detected_at_utc,
                observed as observed_value, lim as limit_value, unit, evidence, 1 as _landing_id
            from ({ROWS})
            """
        )
    )


def test_a_warning_of_what_is_to_come_stands_open(wattlake, lake):
    raise_alerts(lake)
    lake.write(
        lambda con: con.execute("update gold.live_alert set ended_at_utc = now() + interval 1 day, rule = 'weather'")
    )

    assert wattlake("alerts", "--open").out.count("weather") == 2


def test_alerts_are_listed_open_ones_and_since_a_time(wattlake, lake):
    assert wattlake("alerts").out == "There is no alert.\n"
    raise_alerts(lake)

    lines = wattlake("alerts").out.splitlines()
    assert lines[1] == "Alerts, those found last first"
    assert lines[2].split() == ["since_utc", "until_utc", "rule", "member", "meter", "observed", "limit", "evidence"]
    assert [line.split() for line in lines[4:]] == [
        ["2026-06-01", "12:30", "–", "missing", "north", "m2", "181", "s", "180", "s", "nothing", "came"],
        ["2026-06-01", "12:00", "2026-06-01", "12:15", "impossible", "anna", "m1", "61.25", "kWh", "50", "kWh", "much"],
    ]
    assert lines[4].index("missing") == lines[5].index("impossible") == lines[2].index("rule")

    assert "impossible" not in wattlake("alerts", "--open").out
    assert "missing" in wattlake("alerts", "--since", "2026-06-01T12:30").out
    assert wattlake("alerts", "--since", "2026-06-01T12:30:01").out == "There is no alert.\n"
    assert "There are more" in wattlake("alerts", "--limit", "1").out
    assert wattlake("alerts", "--since", "noon").code == 2
