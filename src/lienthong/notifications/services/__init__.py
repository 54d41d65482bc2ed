"""Writing messages and deliveries, wishes, proved numbers and devices; sending is a job."""
