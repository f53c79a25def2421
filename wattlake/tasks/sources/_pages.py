"""The pages of an answer in one payload: a zip file, the same for the same pages."""

from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo


def packed(pages: Sequence[bytes]) -> bytes:
    """Pack pages, in their order, unchanged; the archive compresses the whole."""
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_STORED) as file:
        for number, page in enumerate(pages, 1):
            # A ZipInfo says 1980: with the time of packing, the same pages would be other bytes.
            file.writestr(ZipInfo(f"page-{number:05}"), page)
    return whole.getvalue()


def unpacked(whole: bytes) -> list[bytes]:
    """Take pages out again, in their order.

    Raises:
        zipfile.BadZipFile: it is no zip file.
    """
    with ZipFile(BytesIO(whole)) as file:
        return [file.read(name) for name in sorted(file.namelist())]
