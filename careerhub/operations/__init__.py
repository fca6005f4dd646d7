"""What operators do to a running database: heavy, rare, and checked before it is final."""
