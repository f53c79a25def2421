"""Landing: payloads and files are archived unchanged and become rows of bronze."""
