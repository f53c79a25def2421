"""Ops: forecasters that were trained, and which one serves."""

from wattlake.lake.contracts.base import Contract, Utc, column, table


class Model(Contract):
    """One model that was trained, how good it was on days it had not seen, and whether it was promoted."""

    model_id: int = column("Number of the model, in the order they were trained", ge=1)
    target: str = column("What it forecasts", isin=["consumption", "production", "price"])
    forecaster: str = column("Name of the forecaster whose model it is")
    trained_at_utc: Utc = column("When it was trained")
    known_until_utc: Utc = column("Nothing known later entered it; it serves forecasts issued since")
    trained_from_utc: Utc = column("Start of the history it was trained on")
    trained_to_utc: Utc = column("End of that, excluded; what follows was held out to judge it on")
    issue_hour: int = column(
        "Hour of the day in UTC at which the forecasts are issued that it was trained for", "h", ge=0, le=23
    )
    late_slots: int = column("So many slots before an issue it was trained to do without, for they come late", ge=0)
    series: int = column("Members, or prices, that it was trained on", ge=1)
    parameters: str = column("Parameters of its training, as JSON")
    features: str = column("Names of its features, as JSON")
    metrics: str = column("How good it was on the days held out, as JSON")
    status: str = column("Whether it serves from then on", isin=["promoted", "rejected"])
    why: str = column("Against whom it was judged, and how it came out")
    artifact_path: str = column("Where the model is, below the lake's data folder")
    sha256: str = column("SHA-256 of the model, in hexadecimal")
    run_id: str = column("Run that trained it")

    class Config:
        metadata = table("ops.model", key=("model_id",))
