"""The REST API, version 1: one NinjaAPI over the routers of the contexts, its description and its page."""
