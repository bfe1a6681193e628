"""What the import takes: the rules a value, applied to columns, and what becomes of rows of one address."""
