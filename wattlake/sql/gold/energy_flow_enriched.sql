-- One row is one member's energy in one slot, with the hour's weather, the slot's prices and the community's calendar.
select
    flow.member_id,
    flow.period_start_utc,
    flow.period_minutes,
    flow.zone,
    calendar.local_date,
    calendar.local_hour,
    calendar.weekday,
    calendar.is_weekend,
    calendar.is_holiday,
    month(calendar.local_date) as month,
    season_of(calendar.local_date) as season,
    flow.consumption_kwh,
    flow.production_kwh,
    flow.self_consumption_kwh,
    flow.surplus_kwh,
    flow.deficit_kwh,
    weather.temperature_celsius,
    weather.relative_humidity_pct,
    weather.cloud_cover_pct,
    weather.precipitation_mm,
    weather.weather_code,
    weather.wind_m_per_s,
    weather.shortwave_w_per_m2,
    grid.spot_eur_per_mwh,
    grid.buy_eur_per_kwh,
    grid.sell_eur_per_kwh,
    grid.price_category,
    grid.carbon_gco2_per_kwh,
    flow.consumption_provenance,
    flow.production_provenance
from gold.energy_flow as flow
inner join gold.calendar as calendar on flow.period_start_utc = calendar.period_start_utc
left join gold.weather_hourly as weather
    on flow.zone = weather.zone and date_trunc('hour', flow.period_start_utc) = weather.period_start_utc
left join gold.grid_slot as grid on flow.period_start_utc = grid.period_start_utc
