"""The import as one job: files sent, activities followed, and who arrived.

imports.preview(client, cleaned, list_id)              # what it would change; sends nothing
imports.import_contacts(client, cleaned, list_id)      # the whole of it, with a journal
imports.resume(client, "…/import.sqlite")              # goes on where an import or a sync stopped
imports.plan_sync(client, cleaned, list_id)            # what the list needs to be in step with the file
imports.plan_consent(client, cleaned, list_id)         # whom a documented consent makes explicit, and not only implicit
imports.sync(client, cleaned, list_id)                 # and that done: the second import, and each one after
"""

from .arrival import EXPLAINED, check_arrival
from .checking import nothing_kept
from .consent import ConsentOutcome, ConsentPlan, plan_consent
from .following import Progress
from .job import import_contacts, resume
from .journal import journal_path
from .outcome import Outcome
from .preview import Preview, preview
from .steps import finish_import, start_import
from .sync_outcome import SyncOutcome
from .sync_plan import SyncPlan
from .syncing import plan_sync, sync

__all__ = [
    "EXPLAINED",
    "ConsentOutcome",
    "ConsentPlan",
    "Outcome",
    "Preview",
    "Progress",
    "SyncOutcome",
    "SyncPlan",
    "check_arrival",
    "finish_import",
    "import_contacts",
    "journal_path",
    "nothing_kept",
    "plan_consent",
    "plan_sync",
    "preview",
    "resume",
    "start_import",
    "sync",
]
