"""Reading uploaded XML without trusting it."""

from django.utils.translation import gettext as _
from lxml import etree

from lienthong.kernel.errors import InvalidError

MAX_BYTES = 1_000_000
MAX_NODES = 20_000
MAX_DEPTH = 40


class UnsafeXmlError(InvalidError):
    """The bytes are not XML, are too large, or ask for entities or outside files."""

    code = "workflows.unsafe_xml"


def read_xml(content: bytes) -> etree._Element:
    """Parse XML with no DTD, entities, network, or excess in size and depth.

    :raises UnsafeXmlError: saying what is wrong and, for broken XML, on which line.
    """
    if len(content) > MAX_BYTES:
        raise UnsafeXmlError(_("Tệp XML lớn hơn %(limit)s byte.") % {"limit": MAX_BYTES})
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnsafeXmlError(
            _("Tệp không phải XML đúng chuẩn (dòng %(line)s): %(reason)s")
            % {"line": error.lineno or 0, "reason": (error.msg or "")[:200]}
        ) from error
    except ValueError as error:
        raise UnsafeXmlError(_("Tệp không phải XML đúng chuẩn.")) from error
    if root.getroottree().docinfo.doctype:
        raise UnsafeXmlError(_("Tệp XML không được khai báo DTD hay thực thể."))
    _measure(root)
    return root


def _measure(root: etree._Element) -> None:
    depth = 0
    for count, (event, _node) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise UnsafeXmlError(_("Tệp XML lồng nhau quá %(limit)s tầng.") % {"limit": MAX_DEPTH})
        if count > 2 * MAX_NODES:
            raise UnsafeXmlError(_("Tệp XML có quá %(limit)s phần tử.") % {"limit": MAX_NODES})
