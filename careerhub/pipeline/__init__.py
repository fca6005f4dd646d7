"""The two long sentences: build the site, publish the site."""
