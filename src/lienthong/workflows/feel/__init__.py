"""A subset of FEEL, the expression language of DMN 1.3 (OMG formal/21-02-01, chapter 10).

Expressions come from diagrams that people upload, so nothing here can reach Python: text becomes
tokens, tokens a tree, and the tree is walked under limits of size, depth and steps. Semantics
follow the standard: three-valued logic, ``null`` for what cannot be computed, decimal numbers.
"""

from lienthong.workflows.feel.errors import FeelError, FeelLimitError, FeelSyntaxError
from lienthong.workflows.feel.evaluator import evaluate, evaluate_unary_tests, to_json
from lienthong.workflows.feel.parser import parse, parse_unary_tests
from lienthong.workflows.feel.types import parse_duration

__all__ = [
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "evaluate",
    "evaluate_unary_tests",
    "parse",
    "parse_duration",
    "parse_unary_tests",
    "to_json",
]
