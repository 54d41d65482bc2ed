"""The only writers of this context's rows: one use case, one transaction, one audit entry."""
