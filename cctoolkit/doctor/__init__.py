"""What stands in the way, and what to do about it: `cctoolkit doctor`, and in Python `cctoolkit.doctor.examine()`.

Importing it needs nothing but Python, so that it also speaks where something is missing.
"""

from .examining import examine
from .findings import Finding
from .report import Examination

__all__ = ["Examination", "Finding", "examine"]
