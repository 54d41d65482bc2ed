"""What changes charges, payments, receipts, refunds and reconciliations."""
