from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Charges, payments, receipts and refunds."""

    name = "lienthong.payments"
    label = "payments"
    verbose_name = "Thu phí, lệ phí"

    def ready(self) -> None:
        """Offer the gateways, open receipts to those who may see the charge, and name the states."""
        from lienthong.files import api as files  # noqa: PLC0415 - models are not loaded before ready()
        from lienthong.payments import gateways, policies  # noqa: PLC0415
        from lienthong.payments.models import ChargeState, PaymentState, RefundState  # noqa: PLC0415
        from lienthong.payments.plugins import vnpay  # noqa: PLC0415
        from lienthong.ui import status  # noqa: PLC0415

        gateways.register("vnpay", vnpay.configured)
        files.register_access("payments.charge", policies.may_read_files)
        tones: dict[ChargeState | PaymentState | RefundState, status.Tone] = {
            ChargeState.OPEN: "soon",
            ChargeState.SETTLED: "done",
            ChargeState.EXEMPT: "plain",
            ChargeState.CANCELLED: "plain",
            PaymentState.STARTED: "now",
            PaymentState.PAID: "done",
            PaymentState.FAILED: "wrong",
            PaymentState.LAPSED: "plain",
            PaymentState.SURPLUS: "soon",
            RefundState.ASKED: "soon",
            RefundState.REFUSED: "plain",
            RefundState.APPROVED: "now",
            RefundState.DONE: "done",
            RefundState.FAILED: "wrong",
        }
        kinds = {ChargeState: "charge", PaymentState: "payment", RefundState: "refund"}
        for state, tone in tones.items():
            status.register(f"payments.{kinds[type(state)]}.{state.value}", state.label, tone)
