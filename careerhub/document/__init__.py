"""The contract: what the site may know about a person, as immutable values. Standard library only."""
