"""From text to tokens."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lienthong.workflows.feel.errors import FeelSyntaxError
from lienthong.workflows.feel.types import MAX_DIGITS, MAX_LENGTH

# Built-in names that contain spaces, longest first so that the longest wins.
SPACED_NAMES = (
    "date and time",
    "distinct values",
    "list contains",
    "string length",
    "lower case",
    "upper case",
    "starts with",
    "ends with",
)
KEYWORDS = frozenset(
    {
        "and", "or", "in", "between", "if", "then", "else", "true", "false", "null",
        "some", "every", "for", "return", "satisfies",
    }
)  # fmt: skip
_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
  | (?P<number>\d+(?:\.\d+)?|\.\d+)
  | (?P<string>"(?:[^"\\\n]|\\.)*")
  | (?P<spaced>(?:NAMES)(?=\s*\())
  | (?P<name>[^\W\d]\w*)
  | (?P<op>\.\.|\*\*|<=|>=|!=|[-+*/<>=()\[\]{},.:?@])
    """.replace("NAMES", "|".join(name.replace(" ", r"\s") for name in SPACED_NAMES)),
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "/": "/", "'": "'"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression; ``kind`` is number, string, name, keyword, op or end."""

    kind: str
    text: str
    position: int


def tokenise(text: str) -> tuple[Token, ...]:
    """Split an expression into tokens, ending with one of kind ``end``.

    :raises FeelSyntaxError: a character, number or string that the language does not know.
    """
    if len(text) > MAX_LENGTH:
        raise FeelSyntaxError(_("Biểu thức dài quá %(limit)s ký tự.") % {"limit": MAX_LENGTH}, position=MAX_LENGTH)
    tokens: list[Token] = []
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            raise FeelSyntaxError(
                _("Không hiểu ký tự “%(char)s” ở vị trí %(position)s.")
                % {"char": text[offset], "position": offset + 1},
                position=offset + 1,
            )
        kind = match.lastgroup or ""
        word = match.group()
        if kind == "number" and len(word) > MAX_DIGITS + 1:
            raise FeelSyntaxError(
                _("Số ở vị trí %(position)s có quá nhiều chữ số.") % {"position": offset + 1}, position=offset + 1
            )
        if kind == "spaced":
            tokens.append(Token("name", " ".join(word.split()), offset + 1))
        elif kind == "string":
            tokens.append(Token("string", _unescape(word[1:-1], offset + 1), offset + 1))
        elif kind == "name" and word in KEYWORDS:
            tokens.append(Token("keyword", word, offset + 1))
        elif kind != "space":
            tokens.append(Token(kind, word, offset + 1))
        offset = match.end()
    tokens.append(Token("end", "", len(text) + 1))
    return tuple(tokens)


def _unescape(body: str, position: int) -> str:
    def replace(match: re.Match[str]) -> str:
        code = match.group(1)
        if len(code) > 1:
            return chr(int(code[1:], 16))
        if code not in _ESCAPES:
            raise FeelSyntaxError(
                _("Dãy thoát “\\%(code)s” ở vị trí %(position)s không hợp lệ.") % {"code": code, "position": position},
                position=position,
            )
        return _ESCAPES[code]

    return _ESCAPE.sub(replace, body)
