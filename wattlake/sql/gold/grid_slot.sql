-- One row is the grid in one slot: what it charges and pays for a kilowatt-hour, and how much carbon dioxide that costs.
with price as (
    select * from gold.spot_price
    where
        bidding_zone = $bidding_zone
        and period_start_utc >= $from_utc - interval 30 days
        and period_start_utc < $to_utc
),

day as (
    select date_trunc('day', period_start_utc) as day_utc from price where period_start_utc >= $from_utc
    union
    select period_start_utc from gold.meter_daily where period_start_utc >= $from_utc and period_start_utc < $to_utc
    union
    -- A day on which every meter was silent is estimated all the same.
    select date_trunc('day', period_start_utc) from gold.gap_fill
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

usual as (
    select
        day.day_utc,
        quantile_disc(price.spot_eur_per_mwh, 0.25) as low_eur_per_mwh,
        quantile_disc(price.spot_eur_per_mwh, 0.75) as high_eur_per_mwh
    from day
    inner join price
        on day.day_utc - interval 30 days <= price.period_start_utc and day.day_utc > price.period_start_utc
    group by day.day_utc
),

carbon as (
    select
        part.slot_utc,
        cast(round(avg(part.gco2_per_kwh), 1) as decimal(6, 1)) as gco2_per_kwh
    from (
        select
            cast(coalesce(actual_gco2_per_kwh, forecast_gco2_per_kwh) as decimal(6, 1)) as gco2_per_kwh,
            time_bucket(to_minutes($slot_minutes), period_start_utc)
            + to_minutes($slot_minutes * unnest(range(greatest(period_minutes // $slot_minutes, 1)))) as slot_utc
        from silver.carbon_intensity
        where period_start_utc >= $from_utc and period_start_utc < $to_utc
    ) as part
    group by part.slot_utc
),

slot as (
    select
        calendar.period_start_utc,
        price.spot_eur_per_mwh,
        price.provenance,
        usual.low_eur_per_mwh,
        usual.high_eur_per_mwh,
        carbon.gco2_per_kwh,
        calendar.local_hour in $peak_hours and not (calendar.is_weekend or calendar.is_holiday) as is_peak
    from gold.calendar as calendar
    inner join day on date_trunc('day', calendar.period_start_utc) = day.day_utc
    left join price on calendar.period_start_utc = price.period_start_utc
    left join usual on day.day_utc = usual.day_utc
    left join carbon on calendar.period_start_utc = carbon.slot_utc
    where calendar.period_start_utc >= $from_utc and calendar.period_start_utc < $to_utc
)

select
    period_start_utc,
    $slot_minutes as period_minutes,
    $bidding_zone as bidding_zone,
    spot_eur_per_mwh,
    -- Decimals all the way (a division would make doubles), so that half a micro-euro is always rounded away from zero.
    cast(coalesce(
        $retail_eur_per_kwh,
        cast(
            spot_eur_per_mwh * 0.001 + $retail_markup_eur_per_kwh + $retail_levies_eur_per_kwh as decimal(24, 12)
        ) * (1 + $vat_ratio)
    ) + if(is_peak, $peak_eur_per_kwh, 0) as decimal(18, 6)) as buy_eur_per_kwh,
    cast(coalesce(
        $feed_in_eur_per_kwh,
        case
            when spot_eur_per_mwh is not null
                then greatest(
                    spot_eur_per_mwh * 0.001 - $feed_in_deduction_eur_per_kwh, $feed_in_floor_eur_per_kwh
                )
        end
    ) as decimal(18, 6)) as sell_eur_per_kwh,
    case
        when spot_eur_per_mwh < low_eur_per_mwh then 'low'
        when spot_eur_per_mwh > high_eur_per_mwh then 'high'
        when low_eur_per_mwh is not null and spot_eur_per_mwh is not null then 'normal'
    end as price_category,
    coalesce(gco2_per_kwh, cast($carbon_gco2_per_kwh as decimal(6, 1))) as carbon_gco2_per_kwh,
    gco2_per_kwh is not null as is_carbon_known,
    provenance
from slot
