"""Pages of the figures: public ones, and those of the desk."""
