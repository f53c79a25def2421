"""Excel workbooks, written with the Python library alone, so that nothing needs another program."""

import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, TypeVar
from xml.sax.saxutils import escape

Target = TypeVar("Target", Path, IO[bytes], BytesIO)
Cell = str | float | bool | datetime | None
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = (
    f'<?xml version="1.0"?><styleSheet xmlns="{MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy\\ hh:mm"/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def write_workbook(path: Target, sheets: dict[str, Sequence[Sequence[Cell]]]) -> Target:
    """Write an Excel workbook; a time is a number with a format, as Excel has it."""
    entries = "".join(f'<sheet name="{escape(n)}" sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(sheets, 1))
    relations = "".join(
        f'<Relationship Id="rId{i}" Type="{RELATION}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    relations += f'<Relationship Id="rId99" Type="{RELATION}/styles" Target="styles.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", CONTENT_TYPES)
        packed.writestr("_rels/.rels", ROOT)
        packed.writestr("xl/styles.xml", STYLES)
        workbook = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{entries}</sheets></workbook>'
        packed.writestr("xl/workbook.xml", workbook)
        schema = "http://schemas.openxmlformats.org/package/2006/relationships"
        packed.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{schema}">{relations}</Relationships>')
        for number, rows in enumerate(sheets.values(), 1):
            packed.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(rows))
    return path


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    lines = "".join(
        f'<row r="{line}">{"".join(_cell(_reference(column, line), cell) for column, cell in enumerate(cells))}</row>'
        for line, cells in enumerate(rows, 1)
    )
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _reference(column: int, line: int) -> str:
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{line}"


def _cell(reference: str, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    if isinstance(cell, bool):
        return f'<c r="{reference}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, datetime):
        return f'<c r="{reference}" s="1"><v>{(cell - EXCEL_EPOCH).total_seconds() / 86400!r}</v></c>'
    return f'<c r="{reference}"><v>{cell!r}</v></c>'
