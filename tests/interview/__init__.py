"""Tests of the interview: engine, terminal, plain mode."""
