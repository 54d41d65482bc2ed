"""The library's workflow, asked less: each of its questions walks the whole token tree, and a step has dozens.

Here the tokens are looked through as they lie in memory. That is the same set, because a process of ours has no
subprocess (publication refuses them).
"""

from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.task import Task as Token
from SpiffWorkflow.util.task import TaskState


class Workflow(BpmnWorkflow):
    """One instance in the engine."""

    completed: bool

    def do_engine_steps(self, *_callbacks: Any) -> None:
        """Run what needs nobody until only people, messages and times are waited for."""
        while automatic := [token for token in self.standing(TaskState.READY) if not token.task_spec.manual]:
            for token in automatic:
                if token.has_state(TaskState.READY):
                    token.run()
        self.refresh_timers()

    def update_waiting_tasks(self) -> None:
        """Let joins and events look again whether their wait is over."""
        for token in self.standing(TaskState.WAITING):
            if token.has_state(TaskState.WAITING):
                token.task_spec._update(token)  # noqa: SLF001 - as the library does here

    def is_completed(self) -> bool:
        """Say whether nothing is left to do."""
        if not self.completed and not self.standing(TaskState.NOT_FINISHED_MASK):
            self.completed = True
        return self.completed

    def standing(self, state: int) -> list[Token]:
        """List the tokens in a state, or in one of several."""
        return [token for token in self.tasks.values() if token.has_state(state)]
