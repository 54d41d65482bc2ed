"""What the platform costs, measured on the machine at hand; run ``python -m benchmarks --help``."""
