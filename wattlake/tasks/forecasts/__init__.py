"""Forecasts between lake and forecasters: inputs, rows, serving models, drift, replay."""
