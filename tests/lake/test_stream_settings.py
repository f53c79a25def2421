"""The settings of a stream: which broker, which topics; what is secret is never shown."""

import pytest

from wattlake.lake.settings import PROJECT, Settings, WrongSettingError

EVENT_HUBS = "Endpoint=sb://sun.servicebus.windows.net/;SharedAccessKeyName=reader;SharedAccessKey=c2VjcmV0c2VjcmV0="


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch):
    def of(**values: str):
        for name, value in values.items():
            monkeypatch.setenv(f"WATTLAKE_STREAM__{name}", value)
        return Settings().stream

    return of


def test_a_stream_without_a_broker_is_none(stream):
    assert not stream()
    assert stream().topics.read == ["energy-meters"]


def test_a_broker_is_read_with_its_topics_and_files_from_the_project_on(stream):
    settings = stream(
        BROKER="kafkas://me:p%40ss@one:9093,two:9093",
        CA="certificates/ca.pem",
        TOPICS__ENERGY_METERS="east, west",
        TOPICS__SPOT_PRICES="prices,east",
    )
    assert (settings.broker.authority, settings.broker.user, settings.broker.password) == (
        "one:9093,two:9093",
        "me",
        "p@ss",
    )
    assert settings.ca == PROJECT / "certificates/ca.pem"
    assert settings.topics.read == ["east", "west", "prices"]


def test_event_hubs_are_named_by_their_connection_string_which_is_not_shown(stream):
    settings = stream(EVENT_HUBS=EVENT_HUBS)
    assert settings
    assert settings.event_hubs.host == "sun.servicebus.windows.net"
    assert settings.event_hubs.get_secret_value() == EVENT_HUBS
    assert "c2Vj" not in repr(Settings()) + str(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"BROKER": "http://me:hidden@one:9092"}, "WATTLAKE_STREAM__BROKER: It is no broker's address"),
        ({"BROKER": "kafka://"}, "WATTLAKE_STREAM__BROKER: It is no broker's address"),
        ({"BROKER": "kafka://hidden:9092", "EVENT_HUBS": EVENT_HUBS}, "Both a broker and Event Hubs are named"),
        ({"EVENT_HUBS": "hidden"}, "WATTLAKE_STREAM__EVENT_HUBS: It is no connection string of an Event Hubs"),
        ({"BROKER": "kafkas://one:9093", "KEY": "hidden"}, "A certificate needs its key"),
        ({"SASL": "GSSAPI"}, "WATTLAKE_STREAM__SASL"),
        ({"TOPICS__METERS": "hidden"}, "WATTLAKE_STREAM__TOPICS__METERS"),
        ({"BATCH_SECONDS": "0"}, "WATTLAKE_STREAM__BATCH_SECONDS"),
    ],
)
def test_what_is_wrong_is_a_sentence_that_repeats_no_secret(stream, values, sentence):
    with pytest.raises(WrongSettingError) as wrong:
        stream(**values)
    assert sentence in str(wrong.value)
    assert "hidden" not in str(wrong.value)
    assert "c2Vj" not in str(wrong.value)
