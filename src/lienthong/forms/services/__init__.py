"""What changes forms, catalogues and drafts; each function is one use case in one transaction."""
