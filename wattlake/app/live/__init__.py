"""Try the stream: a simulated community, a consumer and the Live page beside a broker."""
