"""The same work, queued: batches of profiles for workers on any number of machines."""
