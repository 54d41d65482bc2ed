"""The closed lists that a diagram may name; the README explains each word."""

import re

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LT = "http://lienthong.vn/schema/bpmn"
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
DMN_NAMESPACES = (DMN, "http://www.omg.org/spec/DMN/20180521/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/")
# Colours and editor marks that drawing programs add; they carry no behaviour.
HARMLESS = (
    "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "http://camunda.org/schema/modeler/1.0",
)

PARTIES = frozenset({"receiving", "competent", "supporting", "applicant"})
_CONSULTED = re.compile(r"consulted_[1-9]")
RIGHTS = frozenset({"receive", "process", "assign", "approve", "sign", "issue", "collect", "return"})
COMMANDS = frozenset(
    {
        "receive", "refuse", "request_supplement", "request_payment", "start_processing", "result_ready",
        "sign_result", "issue_result", "return_result", "stop", "resume", "notify", "open_branch", "close_branch",
    }
)  # fmt: skip
MESSAGES = frozenset({"supplemented", "paid", "resumed", "confirmed"})
STAGES = frozenset(
    {"submitted", "received", "processing", "supplement", "payment", "stopped", "ready", "returned", "refused"}
)
REASONS = frozenset({"required", "optional", "none"})
# Names that the engine itself gives to expressions.
RESERVED = frozenset({"outcome", "note", "results", "message"})


def is_party(name: str) -> bool:
    """Say whether a role of a dossier exists: one of the named ones, or ``consulted_1``…``consulted_9``."""
    return name in PARTIES or _CONSULTED.fullmatch(name) is not None
