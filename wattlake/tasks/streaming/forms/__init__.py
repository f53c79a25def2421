"""Forms of payloads: each module reads one, and is found here by its name.

A form has two pure functions:

- ``recognises(message, content)`` says whether a message is of it.
- ``read(message, content, *, meter_id)`` makes events of it, or refuses it. ``meter_id`` is the meter that the topic
  names by its setting; else the form finds it in the message or the topic.

``content`` is the payload's JSON, with numbers as the text that was sent, or the payload itself where it begins with
the ``/`` of a telegram. An event's time is what the message says, which may lack its offset from UTC, else when the
message was received.
"""
