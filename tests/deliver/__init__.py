"""Tests of the deliver room."""
