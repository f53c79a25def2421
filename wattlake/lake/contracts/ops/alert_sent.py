"""Ops: which alert was sent to which address."""

from wattlake.lake.contracts.base import Contract, Utc, column, table


class AlertSent(Contract):
    """One alert and one address, and whether it took the message."""

    alert_id: str = column("Alert", references="gold.live_alert.alert_id")
    address: str = column("Name of the address: of its setting `WATTLAKE_ALERT__…`, in lower case")
    tried_at_utc: Utc = column("When it was sent, or first failed")
    status: str = column("Whether the address took it; one that failed is tried again", isin=["sent", "failed"])
    message: str = column("Why it failed", nullable=True)

    class Config:
        metadata = table("ops.alert_sent", key=("alert_id", "address"))
