"""From somebody's export to files that the import accepts. Knows no network.

cleaned = cctoolkit.contact_files.clean("contacts.csv")
cleaned.kept, cleaned.merged, cleaned.rejected     # every row of the export is in one of them
"""

from .cleaning import Cleaned, clean
from .parts import Part, cut
from .reading import Export, read

__all__ = ["Cleaned", "Export", "Part", "clean", "cut", "read"]
