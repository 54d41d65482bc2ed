"""What can be wrong with an expression."""

from lienthong.kernel.errors import InvalidError


class FeelError(InvalidError):
    """An expression cannot be read or is too costly to evaluate."""

    code = "workflows.feel_invalid"


class FeelSyntaxError(FeelError):
    """The text is not an expression of the subset.

    :ivar position: offset of the offending character, counted from 1.
    """

    code = "workflows.feel_syntax"

    def __init__(self, message: str, *, position: int) -> None:
        super().__init__(message, position=position)
        self.position = position


class FeelLimitError(FeelError):
    """Evaluation was stopped because it took too many steps or built too large a value."""

    code = "workflows.feel_limit"
