"""Documents become bytes: pages, machine files, PDFs. Knows no row, no setting and no network."""
