"""Forecasters: one module each, a pure function from frame to frame; no storage, no clock."""
