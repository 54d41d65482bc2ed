"""Changing what desks offer, booking, and moving the queue."""
