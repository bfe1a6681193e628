"""Widgets for notebooks: each a thin face on one function of the other rooms. The only room that imports ipywidgets."""

from .contact_file import ContactFile
from .registration import Registration
from .sign_in import SignIn

__all__ = ["ContactFile", "Registration", "SignIn"]
