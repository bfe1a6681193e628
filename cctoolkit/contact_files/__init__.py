"""From somebody's export to files that the import accepts. Knows no network.

cleaned = cctoolkit.contact_files.clean("contacts.csv")
cleaned.kept, cleaned.merged, cleaned.rejected     # every row of the export is in one of them
"""

from .cleaned import Cleaned, answered
from .cleaning import clean
from .parts import Part, cut
from .reading.export import Export
from .reading.recognizing import read, read_bytes

__all__ = ["Cleaned", "Export", "Part", "answered", "clean", "cut", "read", "read_bytes"]
