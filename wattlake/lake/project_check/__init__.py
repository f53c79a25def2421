"""Check what a project holds before it runs; mistakes are told with file and line."""
