"""Write to support from a terminal: say it once, well, and lose nothing."""

__version__ = "1.0.0"
