"""Reading instances, tasks and their public face."""
