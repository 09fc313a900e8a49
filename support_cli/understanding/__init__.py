"""The understanding room: what a text says."""
