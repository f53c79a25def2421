"""What Wattlake costs, measured: ``make bench`` for time, memory and bytes."""
