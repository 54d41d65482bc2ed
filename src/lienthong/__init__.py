"""Liên Thông: one e-government platform for every level of Vietnamese administration."""
