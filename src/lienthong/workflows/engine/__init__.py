"""The engine: SpiffWorkflow moves the tokens, everything else is ours."""

from lienthong.workflows.engine.compiling import Compiled, compile_diagram
from lienthong.workflows.engine.running import Run, StepLimitError, Wait

__all__ = ["Compiled", "Run", "StepLimitError", "Wait", "compile_diagram"]
