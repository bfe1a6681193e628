"""Look inside: a page of the sandbox for people, on this machine only. What is in the account as it changes, the last requests and
their answers, the mail as a contact would see it, and the faults and the clock as buttons.

Its address holds a key that the sandbox tells whoever started it, as its own API does: another user of this machine has no way in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import jinja2
from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from .faults import KINDS
from .v3.caller import Services
from .v3.contact_store import opt_out
from .watching import Requests

#: Rows of each kind that are shown.
CONTACTS, ACTIVITIES, REQUESTS, CAMPAIGNS = 50, 20, 50, 20
#: By how much the clock is moved.
STEPS = {"a minute": 60, "an hour": 3_600, "a day": 86_400}

_templates = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
_HEADERS = {
    # The page's own script, and mail in a frame without any rights; nothing from anywhere else.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # without it a form has no origin, and is refused like another site's
    "X-Content-Type-Options": "nosniff",
}
#: Of a mail: no script, no form, nothing that is fetched.
_MAIL_HEADERS = {
    **_HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'",
}
_SCRIPT = """"use strict";
const live = document.getElementById("live"), pause = document.getElementById("pause");
let paused = false;
pause.hidden = false;
pause.addEventListener("click", () => {
  paused = !paused;
  pause.textContent = paused ? "Go on updating" : "Stop updating";
  pause.setAttribute("aria-pressed", String(paused));
});
setInterval(async () => {
  // Whoever reads a request, or walks by keyboard in here, is left in peace.
  if (paused || document.hidden || live.contains(document.activeElement) || live.querySelector("details[open]")) return;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    live.replaceChildren(...page.getElementById("live").childNodes);
  } catch { pause.textContent = "The sandbox has ended"; paused = true; }
}, 2000);
"""


def page_key(admin_key: str) -> str:
    """What stands in the page's address: made of the key of the sandbox's own API, which cannot be made of it."""
    return hmac.new(admin_key.encode(), b"look inside", hashlib.sha256).hexdigest()[:40]


def looking_routes(services: Services, requests: Requests, key: str, advance: Callable[[float], None]) -> APIRouter:
    """`advance` moves the sandbox's clock and does what becomes due."""
    router = APIRouter(prefix="/sandbox", include_in_schema=False)
    here = f"/sandbox/{key}/"

    @router.get("/")
    def without_the_key() -> HTMLResponse:
        text = "Its address stands in the line that the sandbox printed, as page; cctoolkit sandbox --look opens it."
        return _page("message.html", 404, title="Look inside the sandbox", text=text)

    @router.get(f"/{key}/")
    def look(account: int = 1) -> HTMLResponse:
        return _page("look.html", **_Account(services, account).shown(), requests=list(requests)[:REQUESTS])

    @router.get(f"/{key}/look.js")
    def script() -> HTMLResponse:
        return HTMLResponse(_SCRIPT, media_type="text/javascript", headers=_HEADERS)

    @router.get(f"/{key}/mail/{{campaign_activity_id}}")
    def mail(campaign_activity_id: str) -> HTMLResponse:
        shown = _mail(services, campaign_activity_id)
        who = shown["contact"] and shown["contact"]["contact_id"]
        return _page("mail.html", **shown, body=f"{campaign_activity_id}/body", unsubscribe=f"../unsubscribe/{who}")

    @router.get(f"/{key}/mail/{{campaign_activity_id}}/body")
    def body(campaign_activity_id: str) -> HTMLResponse:
        return HTMLResponse(_mail(services, campaign_activity_id)["content"]["html_content"], headers=_MAIL_HEADERS)

    @router.post(f"/{key}/unsubscribe/{{contact_id}}")
    def unsubscribe(contact_id: str) -> RedirectResponse:
        _unsubscribe(services, contact_id)
        return RedirectResponse(here, 303)

    @router.post(f"/{key}/faults")
    def add_fault(
        kind: Annotated[str, Form()], path: Annotated[str, Form()] = "", count: Annotated[int, Form(ge=1, le=1_000)] = 1
    ) -> RedirectResponse:
        try:
            services.faults.add(kind, count, path=path.strip())
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        return RedirectResponse(here, 303)

    @router.post(f"/{key}/faults/clear")
    def clear_faults() -> RedirectResponse:
        services.faults.clear()
        return RedirectResponse(here, 303)

    @router.post(f"/{key}/clock")
    def move_clock(by: Annotated[str, Form()]) -> RedirectResponse:
        if by not in STEPS:
            raise HTTPException(400, f"The clock is moved by {', '.join(STEPS)}.")
        advance(STEPS[by])
        return RedirectResponse(here, 303)

    return router


def _page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    return HTMLResponse(_templates.get_template(template).render(values), status, headers=_HEADERS)


class _Account:
    """What is shown of an account, the newest first."""

    def __init__(self, services: Services, number: int) -> None:
        self._services, self._number = services, number
        self._connection = services.database.connection

    def shown(self) -> dict[str, Any]:
        accounts = self._rows("SELECT id, user_name, organization_name FROM accounts ORDER BY id")
        known = next((each for each in accounts if each["id"] == self._number), None)
        if known is None:
            raise HTTPException(404, f"There are accounts 1 to {len(accounts)}.")
        return {
            "accounts": accounts,
            "account": known,
            "lists": self._rows(
                "SELECT name, (SELECT count(*) FROM list_memberships m WHERE m.list = l.id) AS members"
                " FROM contact_lists l WHERE account = ? AND deleted_at IS NULL ORDER BY id",
                self._number,
            ),
            "contacts_count": self._one(
                "SELECT count(*) FROM contacts WHERE account = ? AND deleted_at IS NULL", self._number
            ),
            "contacts": self._rows(
                "SELECT coalesce(address, sms_number) AS name, trim(coalesce(first_name, '') || ' ' || coalesce(last_name, ''))"
                " AS called, permission_to_send, updated_at, deleted_at, (SELECT group_concat(l.name, ', ') FROM"
                " list_memberships m JOIN contact_lists l ON l.id = m.list WHERE m.contact = contacts.id) AS lists"
                " FROM contacts WHERE account = ? ORDER BY updated_at DESC, id DESC LIMIT ?",
                self._number,
                CONTACTS,
            ),
            "activities": self._rows(
                "SELECT kind, state, source_file_name, rows_total, rows_done, error_count, correctable_count,"
                " cannot_add_to_list_count, created_at FROM activities WHERE account = ? ORDER BY id DESC LIMIT ?",
                self._number,
                ACTIVITIES,
            ),
            "campaigns": self._rows(
                "SELECT c.name, a.status, a.send_count, a.campaign_activity_id FROM campaigns c JOIN campaign_activities a"
                " ON a.campaign = c.id AND a.role = 'primary_email' WHERE c.account = ? ORDER BY c.id DESC LIMIT ?",
                self._number,
                CAMPAIGNS,
            ),
            "faults": list(KINDS),
            "pending": self._services.faults.pending(),
            "steps": list(STEPS),
            "now": self._services.clock.iso(),
        }

    def _rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in self._connection.execute(query, values)]

    def _one(self, query: str, *values: Any) -> Any:
        return self._connection.execute(query, values).fetchone()[0]


def _mail(services: Services, campaign_activity_id: str) -> dict[str, Any]:
    """A campaign's mail with its headers, and one of those who get it: the account's first contact before it is sent."""
    connection = services.database.connection
    row = connection.execute(
        "SELECT a.*, c.name AS campaign_name FROM campaign_activities a JOIN campaigns c ON c.id = a.campaign"
        " WHERE campaign_activity_id = ?",
        (campaign_activity_id.lower(),),
    ).fetchone()
    if row is None:
        raise HTTPException(404, "There is no such mail.")
    contact = (
        connection.execute(
            "SELECT c.* FROM tracking t JOIN contacts c ON c.id = t.contact WHERE t.activity = ? AND t.kind = 'em_sends'"
            " ORDER BY t.id LIMIT 1",
            (row["id"],),
        ).fetchone()
        or connection.execute(
            "SELECT * FROM contacts WHERE account = ? AND address IS NOT NULL AND deleted_at IS NULL ORDER BY id LIMIT 1",
            (row["account"],),
        ).fetchone()
    )
    content = {"html_content": "", **json.loads(row["content"])}
    owner = connection.execute("SELECT organization_name FROM accounts WHERE id = ?", (row["account"],)).fetchone()
    return {
        "campaign": row["campaign_name"],
        "state": row["status"],
        "content": content,
        "contact": dict(contact) if contact is not None else None,
        "organization": owner["organization_name"],
        "address": content.get("physical_address_in_footer") or {},
    }


def _unsubscribe(services: Services, contact_id: str) -> None:
    """As the link at the end of a mail does it."""
    now = services.clock.iso()
    with services.database.write() as connection:
        row = connection.execute("SELECT id FROM contacts WHERE contact_id = ?", (contact_id.lower(),)).fetchone()
        if row is None:
            raise HTTPException(404, "There is no such contact.")
        opt_out(connection, row["id"], now)
