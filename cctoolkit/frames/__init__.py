"""Records of the API as tidy DataFrames: the same columns and types whether there is one record or none."""

from .any_records import table
from .contact_pages import AsColumns
from .contact_tables import PERMISSIONS, SUB_RESOURCES, ContactTables, contacts, record_batch, sub_resources
from .naming import wide, with_labels, with_list_names
from .resources import STATES, account, activities, custom_fields, lists, tags
from .searching import search

__all__ = [
    "PERMISSIONS",
    "STATES",
    "SUB_RESOURCES",
    "AsColumns",
    "ContactTables",
    "account",
    "activities",
    "contacts",
    "custom_fields",
    "lists",
    "record_batch",
    "search",
    "sub_resources",
    "table",
    "tags",
    "wide",
    "with_labels",
    "with_list_names",
]
