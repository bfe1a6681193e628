"""The workshop's pages as HTML: every value is escaped by the templates."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import jinja2
from fastapi.responses import HTMLResponse

templates = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page that no other site can frame, that runs no script but its own, and that leaves its address to nobody."""
    nonce = secrets.token_urlsafe(16)
    content = templates.get_template(template).render(values, nonce=nonce)
    return guarded(content, status, f"'nonce-{nonce}'")


def guarded(content: str, status: int = 200, scripts: str = "'none'") -> HTMLResponse:
    """The page with the headers that keep it to itself."""
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {scripts}; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(content, status, headers=headers)
