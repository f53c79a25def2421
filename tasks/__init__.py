"""One retryable step each: names and dates in, counts out."""
