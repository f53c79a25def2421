"""What comes in: payloads and files are archived unchanged and become rows of bronze."""
