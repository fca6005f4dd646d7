"""The build folder: files written whole or not at all, and a manifest of what is there."""
