"""What came back, as widgets: status and time, and the answer as a table, a tree, the raw text and the headers."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from ...api.rate_limit import Budget
from ...errors import SignInError, Unauthorized
from ...explorer import views
from ...explorer.asking import Exchange
from .. import markup

TABS = ("Table", "Tree", "Raw", "Headers")


class AnswerView(widgets.VBox):  # type: ignore[misc]
    """The answer of a call; `next_page` is called by the button that is there while there is a next page."""

    def __init__(self, next_page: Callable[[], None]) -> None:
        self.line = widgets.HTML()
        self.way = widgets.HTML()
        self.next_button = widgets.Button(
            description="Next page", icon="arrow-right", tooltip="Ask for the page after this one"
        )
        self.next_button.on_click(lambda _: next_page())
        self.tabs = widgets.Tab([widgets.HTML() for _ in TABS], titles=TABS)
        super().__init__()

    def clear(self) -> None:
        self.children = ()

    def show(self, exchange: Exchange, budget: Budget | None, *, sign_in: str) -> None:
        """Show an exchange; `sign_in` is the call with which somebody signs in to this service."""
        self.line.value = f'<div class="cct-line">{views.shown(views.line(exchange, budget))}</div>'
        self.way.value = _way_in(exchange, sign_in)
        pages = (views.table(exchange), views.tree(exchange), views.raw(exchange), views.headers(exchange))
        for tab, page in zip(self.tabs.children, pages, strict=True):
            tab.value = page
        self.tabs.selected_index = _best(exchange)
        shown: list[widgets.Widget] = [self.line, self.way]
        if exchange.received is not None:
            shown.append(self.tabs)
        if exchange.next_address is not None:
            shown.append(self.next_button)
        self.children = tuple(shown)


def _best(exchange: Exchange) -> int:
    """The tab that says most: the table of what was asked for, the tree of an error, else the text or the headers."""
    if exchange.kind == "json":
        return 0 if exchange.ok else 1
    return {"empty": 3, "text": 0 if exchange.ok else 2}.get(exchange.kind, 2)


def _way_in(exchange: Exchange, sign_in: str) -> str:
    """How to sign in, where that is what is missing."""
    if not isinstance(exchange.error, (Unauthorized, SignInError)):
        return ""
    return markup.code_block(sign_in, "How to sign in", copies="the call that signs in")
