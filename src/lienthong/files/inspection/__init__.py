"""What a received content really is: type by content, limits, damage, disguise.

The name and the type a browser declares are only compared with the content, never believed.
"""

from lienthong.files.inspection.kinds import (
    DOCX,
    JPEG,
    PDF,
    PNG,
    WEBP,
    XLSX,
    Inspection,
    Limits,
    UploadRefusedError,
    clean_name,
)
from lienthong.files.inspection.look import inspect

__all__ = [
    "DOCX",
    "JPEG",
    "PDF",
    "PNG",
    "WEBP",
    "XLSX",
    "Inspection",
    "Limits",
    "UploadRefusedError",
    "clean_name",
    "inspect",
]
