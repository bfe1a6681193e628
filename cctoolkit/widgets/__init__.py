"""Widgets for notebooks: each a thin face on one function of the other rooms. The only room that imports ipywidgets."""

from .contact_file import ContactFile
from .contact_table import ContactTable
from .list_picker import ListPicker
from .registration import Registration
from .sign_in import SignIn

__all__ = ["ContactFile", "ContactTable", "ListPicker", "Registration", "SignIn"]
