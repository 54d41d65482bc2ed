"""Reading what desks offer, who has booked, and who waits."""
