"""For which procedures money is asked, and may be paid online, for statistics."""

from dataclasses import dataclass
from datetime import date

from lienthong.payments.gateways import offered
from lienthong.payments.models import Basis, FeeRule, PayeeAccount

#: Bases by which the platform itself works an amount out and asks for it.
_ASKED = (Basis.FIXED, Basis.PER_UNIT, Basis.DECISION)


@dataclass(frozen=True, slots=True)
class FeeCoverage:
    """Procedures by their code.

    :ivar charged: some rule sets a fee, even one whose amount the province has yet to give.
    :ivar payable: the platform asks for a fee itself and takes it by transfer or through a gateway.
    """

    charged: frozenset[str]
    payable: frozenset[str]


def fee_coverage(*, on: date) -> FeeCoverage:
    """Sort the procedures whose fee rules are in force on a day; two statements.

    Without an account in force and without a gateway nothing is payable online.
    """
    rows = list(FeeRule.objects.in_force(on).order_by().values_list("procedure_code", "basis").distinct())
    is_open = bool(offered()) or PayeeAccount.objects.in_force(on).exists()
    return FeeCoverage(
        charged=frozenset(code for code, basis in rows if basis != Basis.FREE),
        payable=frozenset(code for code, basis in rows if is_open and basis in _ASKED),
    )
