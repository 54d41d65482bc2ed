"""Everything that is read from this context, always at a date."""
