"""From tokens to a syntax tree, by recursive descent with a limit on depth."""

from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from lienthong.workflows.feel.errors import FeelSyntaxError
from lienthong.workflows.feel.functions import FUNCTIONS
from lienthong.workflows.feel.lexer import Token, tokenise
from lienthong.workflows.feel.types import MAX_DEPTH, Node

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}


@lru_cache(maxsize=2_000)
def parse(text: str) -> Node:
    """Read one expression.

    :raises FeelSyntaxError: with the position of what is wrong.
    """
    parser = _Parser(text)
    node = parser.expression()
    parser.finish()
    return node


@lru_cache(maxsize=2_000)
def parse_unary_tests(text: str) -> Node:
    """Read the input cell of a decision table: ``-``, ``not(…)``, or tests separated by commas.

    :raises FeelSyntaxError: with the position of what is wrong.
    """
    parser = _Parser(text)
    if parser.accept("-", before_end=True) or not text.strip():
        return Node("literal", True, (), 1)
    node = parser.negated_tests() or parser.tests()
    parser.finish()
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = tokenise(text)
        self.index = 0
        self.depth = 0

    # Tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def advance(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.index += 1
        return token

    def at(self, *words: str) -> bool:
        return self.token.kind in ("op", "keyword") and self.token.text in words

    def accept(self, *words: str, before_end: bool = False) -> Token | None:
        if self.at(*words) and (not before_end or self.peek().kind == "end"):
            return self.advance()
        return None

    def expect(self, word: str) -> Token:
        if not self.at(word):
            raise self.unexpected(word)
        return self.advance()

    def finish(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected()

    def unexpected(self, wanted: str = "") -> FeelSyntaxError:
        found = self.token.text or _("hết biểu thức")
        position = self.token.position
        if wanted:
            message = _("Vị trí %(position)s: cần “%(wanted)s” nhưng gặp “%(found)s”.") % {
                "position": position,
                "wanted": wanted,
                "found": found,
            }
        else:
            message = _("Vị trí %(position)s: không hiểu “%(found)s”.") % {"position": position, "found": found}
        return FeelSyntaxError(message, position=position)

    # Unary tests of decision tables

    def negated_tests(self) -> Node | None:
        if self.token.kind == "name" and self.token.text == "not" and self.peek().text == "(":
            start = self.index
            position = self.advance().position
            self.advance()
            tests = self.tests()
            if self.accept(")") and self.token.kind == "end":
                return Node("not", None, (tests,), position)
            self.index = start
        return None

    def tests(self) -> Node:
        position = self.token.position
        found = [self.test()]
        while self.accept(","):
            found.append(self.test())
        return found[0] if len(found) == 1 else Node("any", None, tuple(found), position)

    def test(self) -> Node:
        token = self.token
        subject = Node("name", "?", (), token.position)
        if self.at("<", "<=", ">", ">="):
            return Node("binary", self.advance().text, (subject, self.additive()), token.position)
        return Node("matches", None, (subject, self.expression()), token.position)

    # Expressions, from the loosest binding to the tightest

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FeelSyntaxError(
                _("Biểu thức lồng nhau quá sâu ở vị trí %(position)s.") % {"position": self.token.position},
                position=self.token.position,
            )
        try:
            if self.at("if"):
                return self.conditional()
            if self.at("some", "every", "for"):
                return self.iteration()
            return self.disjunction()
        finally:
            self.depth -= 1

    def conditional(self) -> Node:
        position = self.expect("if").position
        condition = self.expression()
        self.expect("then")
        consequence = self.expression()
        self.expect("else")
        return Node("if", None, (condition, consequence, self.expression()), position)

    def iteration(self) -> Node:
        word = self.advance()
        if self.token.kind != "name":
            raise self.unexpected()
        name = self.advance().text
        self.expect("in")
        items = self.expression()
        self.expect("return" if word.text == "for" else "satisfies")
        return Node(word.text, name, (items, self.expression()), word.position)

    def disjunction(self) -> Node:
        node = self.conjunction()
        while token := self.accept("or"):
            node = Node("or", None, (node, self.conjunction()), token.position)
        return node

    def conjunction(self) -> Node:
        node = self.comparison()
        while token := self.accept("and"):
            node = Node("and", None, (node, self.comparison()), token.position)
        return node

    def comparison(self) -> Node:
        node = self.additive()
        if token := self.accept(*_COMPARISONS):
            return Node("binary", token.text, (node, self.additive()), token.position)
        if token := self.accept("between"):
            low = self.additive()
            self.expect("and")
            high = self.additive()
            bounds = Node("range", (True, True), (low, high), token.position)
            return Node("matches", None, (node, bounds), token.position)
        if token := self.accept("in"):
            return Node("matches", None, (node, self.membership()), token.position)
        return node

    def membership(self) -> Node:
        """Read what may stand after ``in``: one value or test, or several in brackets."""
        position = self.token.position
        if not self.at("("):
            return self.comparison_test() if self.at("<", "<=", ">", ">=") else self.additive()
        bracket = self.index
        self.advance()
        options = [self.option()]
        if self.accept(".."):
            self.index = bracket
            return self.primary()
        while self.accept(","):
            options.append(self.option())
        self.expect(")")
        return Node("options", None, tuple(options), position)

    def option(self) -> Node:
        return self.comparison_test() if self.at("<", "<=", ">", ">=") else self.expression()

    def comparison_test(self) -> Node:
        token = self.advance()
        value = self.additive()
        absent = Node("literal", None, (), token.position)
        children = (absent, value) if token.text.startswith("<") else (value, absent)
        includes = token.text.endswith("=")
        return Node("range", (includes, includes), children, token.position)

    def additive(self) -> Node:
        node = self.multiplicative()
        while token := self.accept("+", "-"):
            node = Node("binary", token.text, (node, self.multiplicative()), token.position)
        return node

    def multiplicative(self) -> Node:
        node = self.power()
        while token := self.accept("*", "/"):
            node = Node("binary", token.text, (node, self.power()), token.position)
        return node

    def power(self) -> Node:
        node = self.unary()
        while token := self.accept("**"):
            node = Node("binary", token.text, (node, self.unary()), token.position)
        return node

    def unary(self) -> Node:
        minuses: list[int] = []
        while token := self.accept("-"):
            minuses.append(token.position)
            if len(minuses) > MAX_DEPTH:
                raise self.unexpected()
        node = self.postfix()
        for position in reversed(minuses):
            node = Node("negate", None, (node,), position)
        return node

    def postfix(self) -> Node:
        node = self.primary()
        length = 0
        while self.at(".", "["):
            length += 1
            if length > MAX_DEPTH:
                raise self.unexpected()
            token = self.advance()
            if token.text == ".":
                if self.token.kind not in ("name", "keyword"):
                    raise self.unexpected()
                node = Node("path", self.advance().text, (node,), token.position)
            else:
                node = Node("filter", None, (node, self.expression()), token.position)
                self.expect("]")
        return node

    def primary(self) -> Node:  # noqa: PLR0911 - one return per case
        token = self.token
        if token.kind == "number":
            return Node("literal", Decimal(self.advance().text), (), token.position)
        if token.kind == "string":
            return Node("literal", self.advance().text, (), token.position)
        if token.kind == "keyword" and token.text in _CONSTANTS:
            return Node("literal", _CONSTANTS[self.advance().text], (), token.position)
        if token.kind == "name":
            return self.name_or_call()
        if self.accept("?"):
            return Node("name", "?", (), token.position)
        if self.accept("@"):
            if self.token.kind != "string":
                raise self.unexpected()
            return Node("temporal", self.advance().text, (), token.position)
        if self.accept("{"):
            return self.context(token.position)
        if self.at("(", "[", "]"):
            return self.bracketed()
        raise self.unexpected()

    def name_or_call(self) -> Node:
        token = self.advance()
        if not self.accept("("):
            return Node("name", token.text, (), token.position)
        arguments: list[Node] = []
        while not self.at(")"):
            arguments.append(self.expression())
            if not self.accept(","):
                break
        self.expect(")")
        function = FUNCTIONS.get(token.text)
        if function is None:
            raise FeelSyntaxError(
                _("Vị trí %(position)s: không có hàm “%(name)s”.") % {"position": token.position, "name": token.text},
                position=token.position,
            )
        if not function.least <= len(arguments) <= function.most:
            raise FeelSyntaxError(
                _("Vị trí %(position)s: hàm “%(name)s” không nhận %(count)s tham số.")
                % {"position": token.position, "name": token.text, "count": len(arguments)},
                position=token.position,
            )
        return Node("call", token.text, tuple(arguments), token.position)

    def context(self, position: int) -> Node:
        names: list[str] = []
        values: list[Node] = []
        while not self.at("}"):
            if self.token.kind not in ("name", "string"):
                raise self.unexpected()
            names.append(self.advance().text)
            self.expect(":")
            values.append(self.expression())
            if not self.accept(","):
                break
        self.expect("}")
        return Node("context", tuple(names), tuple(values), position)

    def bracketed(self) -> Node:
        """Read a list, a range or an expression in parentheses."""
        opening = self.advance()
        if opening.text == "[" and self.accept("]"):
            return Node("list", None, (), opening.position)
        first = self.expression()
        if self.accept(".."):
            last = self.expression()
            closing = self.advance()
            if closing.text not in ("]", ")", "[") or closing.kind != "op":
                self.index -= 1
                raise self.unexpected("]")
            return Node("range", (opening.text == "[", closing.text == "]"), (first, last), opening.position)
        if opening.text == "(":
            self.expect(")")
            return first
        if opening.text == "]":
            raise self.unexpected("..")
        items = [first]
        while self.accept(","):
            items.append(self.expression())
        self.expect("]")
        return Node("list", None, tuple(items), opening.position)
