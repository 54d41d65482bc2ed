"""Pages of those who keep the platform: calendar, agencies, officials, procedures, processes, forms, operation."""
