"""The numbers by which alerts are found, each with its reason."""

from wattlake.lake.build.power_limits import TOLERANCE

MOST_KWH = 50
"""What a reading has at most where no connection is known; also the kW of an instant, which counts as an hour."""
LEAST_W = 10
"""An inverter draws a few watts by night, and some count them as output below 0."""

MISSING_RHYTHMS = 3
"""A meter is silent when nothing came for so many of its usual steps: two lost messages in a row are no alert."""
MISSING_LEAST_SECONDS = 60
"""Gateways connect anew within a minute, and batches come every second or two: no shorter silence counts."""
RHYTHM_STEPS = 20
"""The rhythm is the median of so many last steps: half of them may be holes, and a new rhythm is learnt soon."""
RHYTHM_LEAST_STEPS = 4
"""Of fewer steps, nobody knows a rhythm."""
GRACE_SECONDS = 60
"""After a pause of ours, partitions are read one after the other: those not heard yet are judged after so long."""

USUAL_DAYS = 28
"""Four whole weeks: each weekday counts alike."""
USUAL_WINDOWS = 1000
"""Of fewer values, the quantile that one in a thousand exceeds is their greatest."""
USUAL_SLOT_DAYS = 14
"""Where a stream is young, the slots of so many days stand in; less than two weeks know no month."""
SLOT_FACTOR = 2
"""Five minutes may have so many times the mean power of their slot."""

FROZEN_EVENTS = 12
"""Of 40 homes in London, read every half-hour for a year, one alone ever had twelve equal values in a row."""
FROZEN_MINUTES = 60
"""A meter that sends every few seconds may well show a house asleep; it moves within the hour."""
UNMOVED_KWH = 1
"""No counter is coarser than this: by then it has moved, if anything flowed."""

AHEAD_SECONDS = 120
"""Clocks that are set by the network are right within seconds; a minute more is the broker's own."""
BEHIND_SECONDS = 48 * 3600
"""Who sends the day before once a day is up to a day and a half behind."""

PARAMETERS = {
    "most_kwh": MOST_KWH,
    "least_w": LEAST_W,
    "tolerance": TOLERANCE,
    "missing_rhythms": MISSING_RHYTHMS,
    "missing_least_seconds": MISSING_LEAST_SECONDS,
    "rhythm_steps": RHYTHM_STEPS,
    "rhythm_least_steps": RHYTHM_LEAST_STEPS,
    "grace_seconds": GRACE_SECONDS,
    "usual_days": USUAL_DAYS,
    "usual_windows": USUAL_WINDOWS,
    "usual_slot_days": USUAL_SLOT_DAYS,
    "slot_factor": SLOT_FACTOR,
    "frozen_events": FROZEN_EVENTS,
    "frozen_minutes": FROZEN_MINUTES,
    "unmoved_kwh": UNMOVED_KWH,
    "ahead_seconds": AHEAD_SECONDS,
    "behind_seconds": BEHIND_SECONDS,
}
"""The same by the names that the SELECTs of ``sql/steps/stream`` have for them."""
