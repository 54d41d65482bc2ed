"""Every process of the seeds, walked along every path, through bytes at every step."""

from collections import defaultdict, deque
from datetime import timedelta

import pytest

from lienthong.workflows.engine import Run
from lienthong.workflows.tests.factories import KEYS, NOW, compile_seed
from lienthong.workflows.vocabulary import STAGES

# A place is visited again so that loops, and joins inside loops, are walked more than once.
VISITS = 3
STARTS = {
    "plain": {},
    "online, assigned, reviewed": {
        "channel": "online",
        "needs_assignment": True,
        "needs_review": True,
        "result_is_electronic": True,
        "delivery": "online",
        "certification": "copy",
        "pages": 3,
        "copies": 1,
    },
}


def moves(run):
    """List what may happen next: an outcome of a task, a message, a timer."""
    for wait in run.waits():
        for outcome in wait.element.outcomes:
            yield "complete", wait.element.id, outcome.key
        if wait.element.message:
            yield "send", wait.element.message, ""
    if run.next_due_at() is not None:
        yield "wake", "", ""


def moved(compiled, content, move):
    kind, subject, outcome = move
    now = NOW + timedelta(days=30) if kind == "wake" else NOW
    run = Run.load(compiled, content, now=now)
    assert run.save() == content, "loading and saving changes nothing"
    match kind:
        case "complete":
            number = next(wait.number for wait in run.tasks() if wait.element.id == subject)
            run.complete(number, outcome=outcome, data={"amount": 500_000}, note="Lý do")
        case "send":
            run.send(subject, data={})
        case _:
            run.wake()
    return run


def place(run):
    return tuple(sorted(wait.element.id for wait in run.waits()))


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("key", KEYS)
def test_every_path_can_end_and_none_gets_stuck(key, start):
    compiled = compile_seed(key)
    first = Run.begin(compiled, data=STARTS[start], now=NOW)
    queue = deque([(place(first), first.save())])
    visits = defaultdict(int)
    onward = defaultdict(set)
    commands = set()
    while queue:
        here, content = queue.popleft()
        if visits[here] >= VISITS:
            continue
        visits[here] += 1
        for move in moves(Run.load(compiled, content, now=NOW)):
            run = moved(compiled, content, move)
            commands |= {element_id for _name, element_id, _data in run.engine.commands}
            assert run.stage in STAGES
            if run.finished:
                assert not run.waits()
                onward[here].add("END")
                continue
            assert run.waits(), f"stuck after {move} at {here}"
            open_ids = [wait.element.id for wait in run.tasks()]
            assert len(open_ids) == len(set(open_ids)), f"two tokens in one task after {move} at {here}"
            onward[here].add(place(run))
            queue.append((place(run), run.save()))
    ending = {"END"}
    while grown := {here for here, targets in onward.items() if targets & ending} - ending:
        ending |= grown
    assert set(onward) <= ending, "a place from which no end is reached"
    assert len(compiled.diagram.elements) > len(commands) > 4


@pytest.mark.parametrize("key", KEYS)
def test_between_them_the_starts_visit_every_element(key):
    compiled = compile_seed(key)
    seen = set()
    for data in STARTS.values():
        first = Run.begin(compiled, data=data, now=NOW)
        queue = deque([(place(first), first.save())])
        visited = set()
        while queue:
            here, content = queue.popleft()
            if here in visited:
                continue
            visited.add(here)
            for move in moves(Run.load(compiled, content, now=NOW)):
                run = moved(compiled, content, move)
                seen |= run.passed()
                if not run.finished:
                    queue.append((place(run), run.save()))
    assert seen == set(compiled.diagram.elements)


def test_consulting_again_waits_for_both_again():
    compiled = compile_seed("parallel_consultation")
    run = Run.begin(compiled, data={}, now=NOW)

    def do(element_id, outcome):
        nonlocal run
        run = moved(compiled, run.save(), ("complete", element_id, outcome))

    do("check", "accept")
    do("verify", "pass")
    for _round in range(3):
        assert place(run) == ("consult_1", "consult_2", "late_1", "late_2")
        do("consult_1", "agree")
        assert place(run) == ("consult_2", "late_2")
        do("consult_2", "disagree")
        assert place(run) == ("summarise",)
        assert run.engine.variables["results"]["consult_2"]["outcome"] == "disagree"
        do("summarise", "consult_again")


def test_loops_stay_small():
    compiled = compile_seed("standard")
    run = Run.begin(compiled, data={}, now=NOW)
    for _ in range(20):
        run = moved(compiled, run.save(), ("complete", "check", "supplement"))
        run = moved(compiled, run.save(), ("send", "supplemented", ""))
    assert len(run.save()) < 4_000


def test_a_draft_is_confirmed_by_message_by_hand_or_by_time():
    compiled = compile_seed("commune_birth_registration")
    run = Run.begin(compiled, data={"channel": "online"}, now=NOW)
    run = moved(compiled, run.save(), ("complete", "check", "accept"))
    run = moved(compiled, run.save(), ("complete", "verify", "pass"))
    content = run.save()
    assert run.next_due_at() == NOW + timedelta(days=1)
    for move in (("send", "confirmed", ""), ("complete", "confirm_draft", "confirmed"), ("wake", "", "")):
        assert place(moved(compiled, content, move)) == ("sign",)
    assert place(moved(compiled, content, ("complete", "confirm_draft", "correct"))) == ("verify", "verify_reminder")
