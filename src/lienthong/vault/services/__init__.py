"""Changing the vault."""
