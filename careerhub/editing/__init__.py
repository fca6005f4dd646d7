"""Writes: one function per use case. Each takes a session, none commits."""
