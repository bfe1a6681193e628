"""Any export as rows of text, each with its line: encodings, dialects, archives, workbooks, vCards."""
