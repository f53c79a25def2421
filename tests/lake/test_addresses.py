"""Addresses that hold credentials: whatever is made of them, and however they are written, shows none."""

import json
import logging
import pickle
import traceback

import pytest

from wattlake.lake.addresses import Address, ConnectionString
from wattlake.lake.settings import Settings, WrongSettingError

CANARY = "Kanarien5vogel"
CREDENTIALS = [
    f"postgresql://me:{CANARY}@host:5432/lake",
    f"postgres://me:{CANARY}%2Fw%40x@host/lake?sslmode=require",
    f"postgresql://{CANARY}@host/lake",
    f"postgresql:///lake?host=/tmp&user=me&password={CANARY}",
    f"postgresql://me:{CANARY}@[::1]:5432,other:5433/lake",
    f"https://user:{CANARY}@host/path",
    f"https://host/path?apikey={CANARY}",
    f"https://{CANARY}@host?key={CANARY}",
]
REFUSED = [
    ("catalog", f"postgresql://me:{CANARY}/w@host/lake"),
    ("catalog", f"postgresql://me:p@{CANARY}@host/lake"),
    ("catalog", f"postgresql://me:{CANARY}?@host/lake"),
    ("catalog", f"postgresql://me:{CANARY}#@host/lake"),
    ("catalog", f"postgresql://me:{CANARY} @host/lake"),
    ("catalog", f"postgresql://me:{CANARY}/lake"),
    ("catalog", f"postgresql://host/lake?password=p@{CANARY}"),
    ("catalog", f"postgresql://host/lake?sslpassword={CANARY}"),
    ("catalog", f"host=host user=me password={CANARY}"),
    ("catalog", f"ducklake:postgres:dbname=lake password='{CANARY}'"),
    ("catalog", f"mysql://me:{CANARY}@host/lake"),
    ("catalog", f"me:{CANARY}@host/lake"),
    ("data", f"https://account.blob.core.windows.net/c?sv=1&sig={CANARY}"),
    ("data", f"az://container/lake?sig={CANARY}"),
    ("data", f"az://me:{CANARY}@container/lake"),
    ("data", f"DefaultEndpointsProtocol=https;AccountName=me;AccountKey={CANARY}"),
    ("smart_meters", f"sftp://me:{CANARY}@host/files"),
    ("members", f"https://me:{CANARY}@host/files"),
    ("inverters", f"https://host/files?token={CANARY}"),
    ("azure_connection_string", CANARY),
    ("azure_connection_string", f"AccountKey={CANARY}"),
    ("azure_connection_string", f"https://me.blob.core.windows.net/?sig={CANARY}"),
    ("azure_connection_string", f"BlobEndpoint=https://me.blob.core.windows.net/?sig={CANARY}"),
    ("url__pvgis", f"ftp://me:{CANARY}@host/"),
    ("url__pvgis", f"http://me:{CANARY}/w@host/"),
    ("url__pvgis", f"http://me:{CANARY}"),
    ("url__pvgis", f"me:{CANARY}@host"),
    ("url", f'{{"pvgis": "http://me:{CANARY}@host"'),
    ("url", CANARY),
]


@pytest.mark.parametrize("written", CREDENTIALS)
def test_nothing_made_of_an_address_shows_its_credentials(written: str, caplog: pytest.LogCaptureFixture):
    address = Address(written)
    logging.getLogger("x").warning("%s %r", address, address)
    made = [str(address), repr(address), f"{address}", f"{address / 'below'}", caplog.text, str({"url": address})]
    assert all("host" in text or "lake" in text for text in made)
    assert CANARY not in "".join(made)
    assert address.get_secret_value() == written
    assert pickle.loads(pickle.dumps(address)) == address
    assert {address: 1}[Address(written)] == 1


def test_what_opens_an_address_is_had_by_name_and_is_decoded():
    address = Address("postgresql://m%40e:p%2F%40w@h1:5432,h2/lake?sslmode=require&options=-c%20x")
    assert (address.scheme, address.authority, address.path) == ("postgresql", "h1:5432,h2", "/lake")
    assert (address.user, address.password) == ("m@e", "p/@w")
    assert address.query == {"sslmode": "require", "options": "-c x"}
    assert (Address("http://host").user, Address("http://host").password) == (None, None)
    assert str(address) == "postgresql://h1:5432,h2/lake"


def test_what_lies_below_an_address_has_its_credentials():
    below = Address("https://me:secret@host/base/?key=abc") / "v1/forecast"
    assert str(below) == "https://host/base/v1/forecast"
    assert (below.user, below.password, below.query) == ("me", "secret", {"key": "abc"})


@pytest.mark.parametrize("path", ["", "data/lake", "/var/lib/lake.sqlite", "~/lake", "/srv/a:b@c/lake", "C 1/x"])
def test_a_path_is_shown_whole(path: str):
    assert (str(Address(path)), Address(path).scheme) == (path, "")
    assert bool(Address(path)) == bool(path)


@pytest.mark.parametrize(
    "echo",
    [
        f"Cannot GET /path?apikey={CANARY}%2F+x&a=1",
        f"no such key: {CANARY}/ x.",
        f"Basic {'bWU6S2FuYXJpZW41dm9nZWw='} is wrong",
        f"user me:{CANARY} is not known",
    ],
)
def test_a_text_of_somebody_else_is_freed_of_credentials_in_every_spelling(echo: str):
    address = Address(f"https://me:{CANARY}@host/path?apikey={CANARY}%2F+x")
    freed = address.masked(echo)
    assert "…" in freed
    assert CANARY not in freed
    assert "S2FuYX" not in freed


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"DefaultEndpointsProtocol=https;AccountName=me;AccountKey={CANARY}==;", "AccountName=me"),
        (
            f"BlobEndpoint=https://me.blob.core.windows.net;SharedAccessSignature=sv=1&sig={CANARY}%3D",
            "BlobEndpoint=https://me.blob.core.windows.net",
        ),
    ],
)
def test_a_connection_string_shows_its_account_only(written: str, shown: str):
    connection = ConnectionString(written)
    assert (str(connection), repr(connection)) == (shown, f"ConnectionString({shown!r})")
    assert connection.get_secret_value() == written


@pytest.mark.parametrize(("setting", "value"), REFUSED)
def test_a_setting_that_is_refused_is_named_and_its_value_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str
):
    monkeypatch.setenv(f"WATTLAKE_{setting.upper()}", value)
    with pytest.raises((WrongSettingError, ValueError)) as error:
        Settings()
    said = "".join(traceback.format_exception(error.value)) + repr(error.value) + str(error.value.args)
    assert setting.partition("__")[0] in said.lower()
    assert CANARY not in said


def test_settings_show_no_credential_in_any_form():
    settings = Settings(
        catalog=CREDENTIALS[0],
        url={"pvgis": CREDENTIALS[5]},
        azure_connection_string=f"AccountName=a;AccountKey={CANARY}",
    )
    made = [str(settings), repr(settings), settings.model_dump_json(), str(settings.model_dump()), repr(vars(settings))]
    assert CANARY not in "".join(made)
    assert json.loads(settings.model_dump_json())["catalog"] == "postgresql://host:5432/lake"
