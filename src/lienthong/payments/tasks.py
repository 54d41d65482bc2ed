"""Jobs of payments: print receipts, ask gateways that stayed silent, send refunds."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lienthong.kernel import clock
from lienthong.payments.services import paying, receipts, refunds


@app.task(name=receipts.PRINT, retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def print_receipt(receipt_id: int, **_future: object) -> None:
    """Print and seal the paper of a receipt."""
    receipts.print_paper(receipt_id=receipt_id, now=clock.now())


@app.task(name=refunds.SEND, retry=RetryStrategy(max_attempts=10, exponential_wait=5))
def send_refund(refund_id: int, **_future: object) -> None:
    """Have a gateway give money back; a silent gateway is asked again."""
    refunds.send_refund(refund_id=refund_id, now=clock.now())


@app.periodic(cron="*/5 * * * *", periodic_id="payments.ask_gateways")
@app.task(name="payments.ask_gateways")
def ask_gateways(timestamp: int = 0, **_future: object) -> None:
    """Ask about payments of which nothing was heard, every five minutes."""
    del timestamp
    paying.ask_gateways(now=clock.now())
