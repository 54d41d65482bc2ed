"""Diagrams as people draw them: read safely, understood, and checked before publication."""

from lienthong.workflows.diagrams.model import Diagram, Element, Flow, Problem
from lienthong.workflows.diagrams.reader import read_diagram
from lienthong.workflows.diagrams.rules import find_problems
from lienthong.workflows.diagrams.xml import UnsafeXmlError, read_xml

__all__ = [
    "Diagram",
    "Element",
    "Flow",
    "Problem",
    "UnsafeXmlError",
    "find_problems",
    "read_diagram",
    "read_xml",
]
