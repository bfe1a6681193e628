"""Widgets for notebooks: each a thin face on one function of the other rooms. The only room that imports ipywidgets."""

from .contacts.table import ContactTable
from .explorer.explorer import Explorer
from .importing.activity_follower import ActivityFollower
from .importing.contact_file import ContactFile
from .importing.import_panel import ImportPanel
from .importing.result import ImportResult
from .join_workshop import JoinWorkshop
from .list_picker import ListPicker
from .registration import Registration
from .sign_in import SignIn

__all__ = [
    "ActivityFollower",
    "ContactFile",
    "ContactTable",
    "Explorer",
    "ImportPanel",
    "ImportResult",
    "JoinWorkshop",
    "ListPicker",
    "Registration",
    "SignIn",
]
