"""The desks room."""
