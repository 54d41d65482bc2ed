"""Forms by topic: syntax only, rules are the services'."""
