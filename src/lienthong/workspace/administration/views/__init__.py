"""Views by topic; each reads the clock once, asks the policies, and calls one service."""
