"""Keeping the figures, and the rules by which they become scores."""
