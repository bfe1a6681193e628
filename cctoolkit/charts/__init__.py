"""The account as pictures, drawn on this machine: nothing is fetched from anywhere.

    charts.contacts_over_time(client.contacts.frame())
    charts.list_sizes(client.lists.frame()).save("lists.png")

Each function takes a DataFrame of `cctoolkit`, or the records of the API, and gives a `Chart`: a notebook shows it,
`.text` says the same in words, `.altair` is the chart to go on with.
"""

from .campaign import campaign_hours
from .chart import Chart
from .contacts import contacts_over_time, permissions
from .flow import import_flow
from .lists import list_overlaps, list_sizes

__all__ = [
    "Chart",
    "campaign_hours",
    "contacts_over_time",
    "import_flow",
    "list_overlaps",
    "list_sizes",
    "permissions",
]
