"""The use cases of workflows."""
