"""The messages of a stream's last commit, out of its archive."""

import zstandard

from wattlake.lake.landing.packs import read_archived
from wattlake.lake.sql import quoted
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming import archive
from wattlake.lake.streaming.batches import SOURCE
from wattlake.lake.streaming.messages import Message
from wattlake.lake.streaming.offsets import newest_landing


def last_messages(lake: Lake, stream_name: str) -> list[Message]:
    """Read the messages of a stream's last commit, in order; none where it has none yet."""
    reader = lake.reader()
    if (landing_id := newest_landing(reader, stream_name)) is None:
        return []
    ((path,),) = reader.execute(
        f"select archive_path from ops.landing where source = {quoted(SOURCE)} and landing_id = {landing_id}"
    ).fetchall()
    return archive.unpacked(zstandard.decompress(read_archived(Storage(lake.settings), path)))
