"""Answers of the catalogue."""
