"""The files by which a broker and we know each other over TLS."""

from wattlake.lake.stream_settings import Stream
from wattlake.tasks.streaming.transports import BrokerError


def expect_files(stream: Stream) -> None:
    """Refuse settings that name a file which is not there.

    Raises:
        BrokerError: a file is missing; its setting is named.
    """
    for name, file in (("CA", stream.ca), ("CERTIFICATE", stream.certificate), ("KEY", stream.key)):
        if file is not None and not file.is_file():
            raise BrokerError(f"WATTLAKE_STREAM__{name} names {file}, and there is no such file. Name a PEM file.")
