"""Which column of an export is which of the import: known programs, synonyms, and what the cells look like."""
