"""The database: connections, models, and the few ways rows are read. Nothing outside speaks SQL."""
