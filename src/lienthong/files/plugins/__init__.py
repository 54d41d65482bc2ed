"""What varies by vendor: places for contents and providers of signing keys."""
