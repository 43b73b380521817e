"""Measures: pure functions from a portfolio to tidy frames. They compute; they never draw."""
