"""Payment gateways, one module a vendor."""
