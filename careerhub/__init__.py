"""CareerHub: one database of career facts that publishes itself."""

__version__ = "0.1.0"
