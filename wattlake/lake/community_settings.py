"""The settings that say what the community is called and where it is."""

from pydantic import Field
from pydantic_settings import BaseSettings


class CommunitySettings(BaseSettings):
    """The community's name, market, clock and holidays."""

    community: str = Field(
        "Energy community", max_length=80, description="What the community is called, on the dashboard and on bills"
    )
    bidding_zone: str = Field("DE-LU", description="Bidding zone of the day-ahead price")
    timezone: str = Field("Europe/London", description="The community's local time")
    holidays: str = Field(
        "GB-ENG",
        pattern=r"^[A-Z]{2}(-\w+)?$",
        description="Where public holidays count: a country or its part (ISO 3166)",
    )
