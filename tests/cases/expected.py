"""What a right reading of each case gives, as its README says: energies by meter in Wh, or what a refusal names."""

from dataclasses import dataclass

EVERY_METER = "*"
PRODUCTION = "*-production"


@dataclass(frozen=True)
class Case:
    """A case and what is expected of it.

    Attributes:
        folder: of the case.
        file: its input.
        energy_wh: by meter; ``*`` stands for all meters together, ``*-production`` for all their production.
        refusal: what an error has to name, where there is no energy to expect.
        said: what the command has to say beside it.
        options: that a user would give.
        zone: of the community.
        starts: instants in UTC with the Wh of the interval that begins there.
        readings: how many of consumption there are; not looked at where it is 0.
        lake: in which it is landed; cases of one lake have no meter in common.
    """

    folder: str
    file: str
    energy_wh: dict[str, float] | None = None
    refusal: str = ""
    said: str = ""
    options: tuple[str, ...] = ()
    zone: str = "Europe/Berlin"
    starts: dict[str, float] | None = None
    readings: int = 0
    lake: int = 1


AWAY = {
    "38-pvgis-one-bad-place": "tests/tasks, with a proxy",
    "39-source-all-set-aside-is-healthy": "tests/lake/reports",
    "40-files-of-other-endings-passed-over": "tests/tasks/landing",
    "66-trip-at-noon": "tests/app/test_cli_fleet.py",
}
"""Cases that are no meter file to map, and the tests that look at them."""

EAN = "541448800000000001"

CASES = (
    Case("01-thousands-en-wh", "thousands.csv", {"M1": 51_244}, readings=48),
    Case("04-enedis-watts-30-then-15", "enedis.csv", {EVERY_METER: 2_299.75}, readings=32),
    Case("05-unit-mwh", "mwh.csv", {"A": 5_119_000}, readings=96),
    Case(
        "07-hours-1-to-25",
        "ide.csv",
        {"ES0021000000000001AB": 4_161},
        zone="Europe/Madrid",
        starts={"2024-10-27 00:00": 32, "2024-10-27 01:00": 69, "2024-10-27 22:00": 45},
        readings=73,
    ),
    Case("08-time-column-24-00", "datadis.csv", {"ES0031000000000001CD": 4_104}, readings=72),
    Case("10-register-in-row", "fluvius.csv", {EAN: 5_119, f"{EAN}-production": 10_000}, readings=96),
    Case("12-two-tariff-registers", "homewizard.csv", {EVERY_METER: 15_950, PRODUCTION: 9_600}),
    Case("13-total-with-a-zero-and-a-spike", "glitch.csv", {EVERY_METER: 9_100}, said="hardly ever falls", readings=91),
    Case("15-hour-then-quarter-hour", "fingrid.csv", {"643000000000000001": 108_971}, readings=240),
    Case("16-id-taken-for-energy", "customer.csv", {EVERY_METER: 51_190}, options=("--unit", "kWh")),
    Case("16-id-taken-for-energy", "customer.csv", refusal="nothing names the unit of `Menge`"),
    Case("18-utc-in-the-column-name", "n3rgy.csv", {EVERY_METER: 2_438}, starts={"2024-05-01 00:00": 10}, readings=44),
    Case(
        "20-offset-after-a-blank-or-none",
        "pandas_offset.csv",
        {"H1": 5_349},
        starts={"2024-10-26 22:00": 10},
        readings=100,
    ),
    Case("22-time-with-DST-behind-it", "fusion.csv", {EVERY_METER: 1_364, PRODUCTION: 1_368}, readings=24),
    Case("24-night-blank-before-the-first-value", "solaredge.csv", {PRODUCTION: 5_402.125}, said="which is it"),
    Case("26-unit-row-under-the-header", "fronius.csv", {EVERY_METER: 15_689, PRODUCTION: 11_637}),
    Case("27-decimal-comma-between-commas", "commacomma.csv", refusal="rows have more cells than the header"),
    Case("28-column-per-meter", "wide.csv", refusal="nothing names the unit of `MT_001`"),
    Case(
        "28-column-per-meter",
        "wide.csv",
        {"MT_001": 2_615_900, "MT_002": 2_634_150, "MT_008": 2_632_400, EVERY_METER: 21_015_450},
        options=("--unit", "kW"),
        zone="UTC",
        readings=8 * 192,
    ),
    Case(
        "29-unix-seconds",
        "emoncms.csv",
        {EVERY_METER: 6_079.75},
        options=("--unit", "W"),
        starts={"2024-05-01 00:00": 52.5},
        readings=96,
    ),
    Case("30-five-minutes", "fivemin.csv", {"M5": 15_545}),
    Case(
        "32-minus-one-for-missing",
        "sentinel.csv",
        {"M5": 49_360},
        said="`-1` is taken for a missing",
        readings=93,
        lake=2,
    ),
    Case("33-one-bad-time", "onebad.csv", {"M8": 50_390}, said="1 of 96 times cannot be read, e.g. `n/a`", readings=95),
    Case("35-status-says-missing", "status.csv", {"AT1": 4_067}, readings=76),
    Case(
        "36-nem12",
        "nem12.csv",
        {"6100000001": 22_560, "6100000001-production": 10_000},
        said="needs no mapping",
        readings=96,
    ),
    Case("37-id-cut-by-a-spreadsheet", "mangled.csv", refusal="`2,31282E+13`, which is no meter's id"),
    Case(
        "41-meter-column-blank",
        "meter_blank.csv",
        {"AT0071000000000000000000000000001": 5_119, "AT0071000000000000000000000000002": 5_119},
    ),
    Case("42-meter-is-a-counter-column-of-dashes", "meter_dash.csv", {"AT0090000000000000000000000000007": 5_119}),
    Case("43-first-value-blank", "first_blank.csv", {EAN: 4_860, f"{EAN}-production": 10_000}, readings=90, lake=2),
    Case("44-delimiter-behind-rows-only", "row_trailing.csv", {EVERY_METER: 5_119}, readings=96),
    Case("45-days-as-half-hours", "daily.csv", refusal="the times are a day apart"),
    Case("46-few-totals", "few_totals.csv", {EVERY_METER: 400, PRODUCTION: 80}, readings=8),
    Case("49-water-as-energy", "water.csv", refusal="`water usage dl`, which is no energy"),
    Case("60-several-meters-one-instant", "buildings.csv", {"B1": 6_000, "B2": 6_000, "B3": 6_000}, readings=144),
    Case("61-seven-digit-seconds", "sqlserver.csv", {"MAC2": 5_928}, zone="UTC", starts={"2012-10-12 00:00": 100}),
    Case("62-a-price-beside-production", "mixed.csv", {PRODUCTION: 68_358}, options=("--unit", "kWh")),
    Case("63-total-row-at-the-end", "lastgang.csv", {EVERY_METER: 122_350}, readings=96),
    Case(
        "64-home-assistant-history",
        "history.csv",
        {"sensor.grid_import_total": 15_890},
        options=("--unit", "total kWh"),
    ),
    Case("65-plant-power-without-the-word-ac", "plant.csv", {"P01": 32_074, "P02": 31_112}),
    Case(
        "67-a-layout-that-needs-no-mapping",
        "MAC000777.csv",
        {"MAC000777": 19_200},
        said="has the London layout: it is read as it is, in UTC, and needs no mapping",
        readings=96,
    ),
)
