"""The settings of what is stored of a forecast beside itself."""

from pydantic import Field
from pydantic_settings import BaseSettings


class ForecastSettings(BaseSettings):
    """What is kept of the features that forecasts were made from."""

    forecast_feature_days: int = Field(
        90, ge=0, le=36_500, description="How long the features of issued forecasts are kept, days; 0 stores none"
    )
