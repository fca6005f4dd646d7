"""What works without a server of its own: the embedded PostgreSQL and the demo data."""
