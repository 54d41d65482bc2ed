"""Receive, keep, attach and release files; one function, one transaction."""
