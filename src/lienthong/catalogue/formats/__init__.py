"""The three formats of procedure records that an import understands, recognised by content."""

from lienthong.catalogue.formats.fields import RecordError
from lienthong.catalogue.formats.reading import Located, Unreadable, read_records
from lienthong.catalogue.formats.recognising import Parsed, parse

__all__ = ["Located", "Parsed", "RecordError", "Unreadable", "parse", "read_records"]
