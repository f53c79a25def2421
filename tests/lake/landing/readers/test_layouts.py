"""Layouts that need no mapping: each is known by its header, and by no other's."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.packed_files import write_workbook, write_zip
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.layouts import layouts, recognise
from wattlake.lake.landing.readers.cells import mapped_rows, reader_of
from wattlake.lake.landing.readers.packed import contents_of

EXAMPLES: dict[str, tuple[str, str]] = {
    "enedis": (
        "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;Etape;Unite\n"
        "30001234567890;Courbe de charge;30/12/2023;31/12/2023;Energie active;Consommation;Comptage Brut;W\n\n"
        "Horodate;Valeur\n2023-12-30T00:30:00+01:00;152\n",
        '{"Horodate": "2023-12-30T00:30:00+01:00", "Valeur": "152", "Identifiant PRM": "30001234567890", '
        '"Grandeur physique": "Energie active", "Grandeur metier": "Consommation", "Unite": "W"}',
    ),
    "fluvius": (
        "\ufeffVan (datum);Van (tijdstip);Tot (datum);Tot (tijdstip);EAN-code;Meter;Metertype;Register;Volume;Eenheid;"
        "Validatiestatus;Omschrijving\n"
        '01-01-2024;00:00:00;01-01-2024;00:15:00;="5414";1S;Digitale meter;Afname Nacht;0,010;kWh;Gevalideerd;\n',
        '"EAN-code": "=\\"5414\\"", "Meter": "1S", "Metertype": "Digitale meter", "Register": "Afname Nacht"',
    ),
    "datadis": (
        "cups,date,time,consumptionKWh,obtainMethod,surplusEnergyKWh\nES01,2022/07/01,24:00,0.084,Real,0\n",
        '"time": "24:00", "consumptionKWh": "0.084"',
    ),
    "datadis-es": (
        "CUPS;fecha;hora;consumo_KWh;metodoObtencion;energiaVertida_kWh\nES01;2022/07/01;01:00;0,084;Real;0\n",
        '{"cups": "ES01", "fecha": "2022/07/01", "hora": "01:00", "consumo_kWh": "0,084"',
    ),
    "cch": ("CUPS;Fecha;Hora;Consumo_KWh;Metodo_obtencion\nES01;26/10/2024;25;0,047;R\n", '"Consumo_kWh": "0,047"'),
    "cch-distributor": ("CUPS;Fecha;Hora;AE_kWh;REAL/ESTIMADO\nES01;26/10/2024;1;0,047;R\n", '"AE_kWh": "0,047"'),
    "cch-surplus": (
        "CUPS;Fecha;Hora;AE_kWh;AS_KWh;AE_AUTOCONS_kWh;REAL/ESTIMADO\nES01;26/10/2024;1;0,047;1;0;R\n",
        '"AE_kWh": "0,047", "AS_kWh": "1"',
    ),
    "e-redes": (
        "CPE,PT0002\nData,Hora,Consumo registado (kW),Estado\n2026/02/01,00:15,\"0,5\",Real\n",
        '"Consumo registado (kW)": "0,5", "Estado": "Real", "CPE": "PT0002"}',
    ),
    "octopus": (
        " Consumption (kwh), Estimated Cost Inc. Tax (p), Standing Charge Inc. Tax (p), Start, End\n"
        "0.25, 4.1, 0.78, 2026-01-15T00:00:00+00:00, 2026-01-15T00:30:00+00:00\n",
        '{"Consumption (kwh)": "0.25", "Estimated Cost Inc. Tax (p)": " 4.1"',
    ),
    "n3rgy": (
        "timestamp (UTC),energyConsumption (kWh)\n2024-05-01 00:00,0.010\n",
        '{"timestamp (UTC)": "2024-05-01 00:00", "energyConsumption (kWh)": "0.010"}',
    ),
    "sdge": (
        "Name,X\nAddress,\"1 Road, CA\"\nResource,Electric\nMeter Number,00000000\nUOM,kWh\n"
        "Meter Number,Date,Start Time,Duration,Consumption,Generation,Net\n"
        '"00000000","11/1/2022","12:00 AM","60","0.2200","","0.2200"\n',
        '"Consumption": "0.2200", "Generation": "", "Net": "0.2200", "Resource": "Electric", "UOM": "kWh"}',
    ),
    "pge": (
        "Name,X\nAddress,\"1 Road\"\nAccount Number,0099\nService,Service 1\n\n"
        "TYPE,DATE,START TIME,END TIME,USAGE,UNITS,COST,NOTES\nElectric usage,2024-11-03,00:00,00:59,0.29,kWh,$0.1,\n",
        '"USAGE": "0.29", "UNITS": "kWh", "COST": "$0.1", "NOTES": "", "Account Number": "0099"}',
    ),
    "pge-kwh": (
        "Account Number,0099\nTYPE,DATE,START TIME,END TIME,USAGE (kWh),COST,NOTES\n"
        "Electric usage,2024-11-03,00:00,00:59,0.29,$0.1,\n",
        '"USAGE (kWh)": "0.29", "COST": "$0.1", "NOTES": "", "Account Number": "0099"}',
    ),
    "pge-net": (
        "Account Number,0099\nTYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),COST,NOTES\n"
        "Electric usage,2024-11-03,00:00,00:59,0.29,0,$0.1,\n",
        '"IMPORT (kWh)": "0.29", "EXPORT (kWh)": "0", "COST": "$0.1", "NOTES": "", "Account Number": "0099"}',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_file_is_known_by_its_header_and_read_by_its_layouts_columns(tmp_path: Path, name: str):
    text, cells = EXAMPLES[name]
    stem = "pge_electric_usage" if name.startswith("pge") else "file"
    for path in (tmp_path / f"{stem}.csv", tmp_path / stem):
        path.write_text(text, encoding="utf-8")
        layout = recognise(path)
        assert layout is not None
        assert layout.name == f"layout-{name}"
        ((_, read),) = mapped_rows(path, layout.mapping)
        assert json.loads(f"{{{cells.strip('{}')}}}").items() <= json.loads(read).items()
    packed = recognise(write_zip(tmp_path / "packed.zip", {f"any/{stem}.csv": text.encode()}))
    assert packed == layout


def test_workbooks_are_known_as_texts_are(tmp_path: Path):
    header = ["Data", "Hora", "Consumo registado, Ativa (kW)", "Estado"]
    path = write_workbook(
        tmp_path / "a.xlsx", {"x": [["CPE", "PT1"], [], header, ["2026/02/01", "00:15", "0,5", "Real"]]}
    )
    layout = recognise(path)
    assert layout is not None
    assert layout.name == "layout-e-redes-active"
    assert '"CPE":"PT1"' in next(mapped_rows(path, layout.mapping))[1]
    london = [["LCLid", "tstp", "energy(kWh/hh)"], ["MAC1", datetime(2013, 1, 1), 0.1]]  # noqa: DTZ001
    layout = recognise(write_workbook(path, {"x": london}))
    assert layout is not None
    assert layout.name == "layout-london"


def test_what_has_no_known_header_or_is_damaged_is_not_known(tmp_path: Path):
    path = tmp_path / "a"
    for content in (b"", b"a,b\n1,2\n", b"Horodate;Value\n", b"PK\x03\x04", b"\xff\xfe", b"[{}]", b"%PDF"):
        path.write_bytes(content)
        assert recognise(path) is None
    assert recognise(tmp_path / "none") is None


def test_a_layout_that_others_share_is_known_by_the_files_name_too(tmp_path: Path):
    for name, text in (("peco_electric.csv", EXAMPLES["pge"][0]), ("my gas 2024.csv", EXAMPLES["octopus"][0])):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert recognise(tmp_path / name) is None


@pytest.mark.parametrize("header", [" Consumption (m³), Start, End", "timestamp (UTC),energyConsumption (m3)"])
def test_gas_in_cubic_metres_is_refused_by_name(tmp_path: Path, header: str):
    (tmp_path / "a.csv").write_text(f"{header}\n1,2,3\n", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=r"is the file of a gas meter \(m³\), which is not read\. Gas is no "):
        reader_of(contents_of(tmp_path / "a.csv")[0])


def test_every_layout_says_how_it_is_known_and_has_a_name_of_its_own():
    mappings = [layout.mapping for layout in layouts()]
    assert all(mapping.recognise for mapping in mappings)
    assert {mapping.SOURCE for mapping in mappings} == {"smart_meters", "members"}
    assert [layout.name for layout in layouts()] == [f"layout-{layout.path.stem}" for layout in layouts()]
