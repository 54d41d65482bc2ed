"""``lienthong``: the operator's command line.

``lienthong VERB`` runs a module of this package; ``lienthong CONTEXT VERB`` runs the Django management
command ``<context>_<verb>`` of a context (``lienthong catalogue import`` is ``catalogue_import``), so a
context adds a verb by adding a file. Exit codes: 0 done, 1 refused or a check failed, 2 wrong usage,
3 the environment is not ready (no database, a folder in use), 130 stopped by Ctrl-C.
"""

from lienthong.cli.entry import main

__all__ = ["main"]
