"""What is settled before any plugin of pytest is loaded."""

from __future__ import annotations

import sys

# Jupyter installs the checks of jsonschema's formats with a grammar of internationalized addresses, which takes three seconds
# to build whenever jsonschema is imported, by nbformat for instance. Without it jsonschema does not check that one format.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
