"""Parts of the door of dossiers, each a namespace of :mod:`lienthong.dossiers.api`: ``dossiers.feedback.rate(…)``."""
