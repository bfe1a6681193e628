"""The import as one job: files sent, activities followed, and who arrived.

imports.preview(client, cleaned, list_id)              # what it would change; sends nothing
imports.import_contacts(client, cleaned, list_id)      # the whole of it, with a journal
imports.resume(client, "…/import.sqlite")              # goes on where an import stopped
"""

from .arrival import EXPLAINED, check_arrival
from .checking import nothing_kept
from .following import Progress
from .job import import_contacts, resume
from .journal import journal_path
from .outcome import Outcome
from .preview import Preview, preview
from .steps import finish_import, start_import

__all__ = [
    "EXPLAINED",
    "Outcome",
    "Preview",
    "Progress",
    "check_arrival",
    "finish_import",
    "import_contacts",
    "journal_path",
    "nothing_kept",
    "preview",
    "resume",
    "start_import",
]
