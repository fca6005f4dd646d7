"""The admin: where people keep their career, in a browser. It previews through `render`, and never builds or publishes."""
