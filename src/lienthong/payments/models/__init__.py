"""What is owed, what was paid, what was given for it, and whether the bank agrees."""

from lienthong.payments.models.charges import (
    Charge,
    ChargeLine,
    ChargeState,
    GatewayNotice,
    Method,
    Payment,
    PaymentState,
)
from lienthong.payments.models.receipts import Receipt, ReceiptBook, Refund, RefundState
from lienthong.payments.models.reconciling import (
    BankStatement,
    Difference,
    DifferenceKind,
    Reconciliation,
    Source,
    StatementLine,
)
from lienthong.payments.models.rules import (
    Basis,
    Collector,
    Confidence,
    FeeKind,
    FeeReduction,
    FeeRule,
    FilingTerm,
    PayeeAccount,
    Stage,
)

__all__ = [
    "BankStatement",
    "Basis",
    "Charge",
    "ChargeLine",
    "ChargeState",
    "Collector",
    "Confidence",
    "Difference",
    "DifferenceKind",
    "FeeKind",
    "FeeReduction",
    "FeeRule",
    "FilingTerm",
    "GatewayNotice",
    "Method",
    "PayeeAccount",
    "Payment",
    "PaymentState",
    "Receipt",
    "ReceiptBook",
    "Reconciliation",
    "Refund",
    "RefundState",
    "Source",
    "Stage",
    "StatementLine",
]
