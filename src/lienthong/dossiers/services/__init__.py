"""Use cases that change dossiers; one function, one transaction, one audit entry."""
