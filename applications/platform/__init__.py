"""The exchange with the platforms: numbered files out, receipts in, and where the two differ (ADR 18)."""
