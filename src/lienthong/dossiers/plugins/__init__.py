"""Carriers of the post."""
