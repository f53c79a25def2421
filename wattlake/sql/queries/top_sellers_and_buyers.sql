-- Which ten members sold and which ten bought most among neighbours in the last 30 whole settled days, and at what mean price?
with span as (
    select
        greatest(end_date - 30, first_date) as first_date,
        end_date
    from warehouse.settled_extent
),

trade as (
    select trade.*
    from warehouse.fact_energy_transaction as trade
    inner join warehouse.dim_time as dim_time on trade.period_start_utc = dim_time.period_start_utc
    inner join span on dim_time.local_date >= span.first_date and dim_time.local_date < span.end_date
),

side as (
    select
        'seller' as side,
        seller_id as user_id,
        energy_kwh,
        transaction_amount_eur
    from trade
    union all
    select
        'buyer' as side,
        buyer_id as user_id,
        energy_kwh,
        transaction_amount_eur
    from trade
),

-- What is taken back is negated, so that all rows of a slot add up to what counts.
member as (
    select
        side,
        user_id,
        sum(energy_kwh) as energy_kwh,
        sum(transaction_amount_eur) as amount_eur
    from side
    group by side, user_id
    having sum(energy_kwh) > 0
),

ranked as (
    select
        *,
        row_number() over (partition by side order by energy_kwh desc, user_id asc) as place
    from member
)

select
    ranked.side,
    ranked.place,
    ranked.user_id,
    dim_user.zone,
    cast(ranked.energy_kwh as decimal(18, 3)) as energy_kwh,
    cast(ranked.amount_eur as decimal(18, 6)) as amount_eur,
    cast(ranked.amount_eur / ranked.energy_kwh as decimal(18, 6)) as price_eur_per_kwh
from ranked
inner join warehouse.dim_user as dim_user on ranked.user_id = dim_user.user_id and dim_user.is_current
where ranked.place <= 10
order by ranked.side desc, ranked.place asc
