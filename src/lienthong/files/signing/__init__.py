"""Signatures inside PDF: PAdES by a person and by an agency, and their verification."""
