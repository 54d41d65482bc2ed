from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Charges, payments, receipts and refunds."""

    name = "lienthong.payments"
    label = "payments"
    verbose_name = "Thu phí, lệ phí"
