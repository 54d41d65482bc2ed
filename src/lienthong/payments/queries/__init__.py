"""What is asked of charges, payments, receipts, refunds and reconciliations."""
