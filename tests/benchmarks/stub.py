"""A stand-in for the service, for measuring clients: made-up contacts, an answer's time, and the limit of 4 a second.

    python tests/benchmarks/stub.py CONTACTS LATENCY LIMIT

Prints its address. Pages are made before they are asked for where they can be, so that what is measured is the client.
`GET /stub/figures` tells the requests' times of arrival and how many were answered with 429.
"""

from __future__ import annotations

import asyncio
import base64
import bisect
import collections
import json
import sys
import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

START, SPAN = 1_500_000_000, 250_000_000
PAGE = 500


def text(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def contact(number: int, second: int) -> dict[str, object]:
    """A contact with two of each sub-resource, as a busy account has them."""
    at = text(second)

    def uuid(kind: int) -> str:
        return f"{(number * 64 + kind) * 2654435761 % 2**32:08x}-{kind:04x}-11ef-8000-fa163e{number:06x}"

    return {
        "contact_id": uuid(1),
        "email_address": {
            "address": f"person{number}@example.com",
            "permission_to_send": ("implicit", "explicit", "unsubscribed")[number % 3],
            "created_at": at,
            "updated_at": at,
            "opt_in_source": "Account",
            "opt_in_date": at,
            "confirm_status": "off",
        },
        "first_name": f"First{number % 997}",
        "last_name": f"Last{number % 4_999}",
        "job_title": "Gardener",
        "company_name": f"Company {number % 89}",
        "birthday_month": number % 12 + 1,
        "birthday_day": number % 28 + 1,
        "create_source": "Account",
        "created_at": at,
        "updated_at": at,
        "custom_fields": [{"custom_field_id": uuid(2 + n), "value": f"value {n}"} for n in range(2)],
        "list_memberships": [uuid(10 + n) for n in range(2)],
        "taggings": [uuid(20 + n) for n in range(2)],
        "phone_numbers": [
            {
                "phone_number_id": uuid(30 + n),
                "phone_number": f"+1 555 01{number % 100:02}",
                "kind": ("home", "work")[n],
                "created_at": at,
                "updated_at": at,
                "update_source": "Account",
                "create_source": "Account",
            }
            for n in range(2)
        ],
        "street_addresses": [
            {
                "street_address_id": uuid(40 + n),
                "kind": ("home", "work")[n],
                "street": f"{number} Main Street",
                "city": "Waltham",
                "state": "Massachusetts",
                "postal_code": "02451",
                "country": "United States",
                "created_at": at,
                "updated_at": at,
            }
            for n in range(2)
        ],
        "notes": [{"note_id": uuid(50), "created_at": at, "content": "Met at the fair."}],
    }


class Stub:
    def __init__(self, contacts: int, latency: float, limited: bool) -> None:
        self.latency, self.limited = latency, limited
        self.seconds = [START + SPAN * n // contacts for n in range(contacts)]
        whole = latency == 0  # for the measure of requests a second, the contacts may be small
        make = contact if whole else lambda n, at: {"contact_id": f"id-{n}", "created_at": text(at)}
        self.contacts = [json.dumps(make(n, at)) for n, at in enumerate(self.seconds)]
        self.made: dict[tuple[int, int], bytes] = {}
        self.arrivals: list[float] = []
        self.last: collections.deque[float] = collections.deque(maxlen=4)
        self.refused = 0
        if whole:
            for start in range(0, contacts, PAGE):
                self._page(0, start, contacts, True)

    def _page(self, low: int, start: int, high: int, last_known: bool) -> bytes:
        key = (start, high)
        if last_known and key in self.made:
            return self.made[key]
        end = min(start + PAGE, high)
        links = "{}"
        if end < high:
            cursor = base64.urlsafe_b64encode(f"{low},{end},{high}".encode()).decode()
            links = json.dumps({"next": {"href": f"/v3/contacts?{urlencode({'cursor': cursor})}"}})
        body = f'{{"contacts":[{",".join(self.contacts[start:end])}],"contacts_count":{high - low},"_links":{links}}}'
        self.made[key] = body.encode()
        return self.made[key]

    def answer(self, target: str) -> tuple[int, bytes]:
        parts = urlsplit(target)
        if parts.path == "/stub/figures":
            return 200, json.dumps({"arrivals": self.arrivals, "refused": self.refused}).encode()
        now = time.monotonic()
        self.arrivals.append(now)
        if self.limited:
            if len(self.last) == 4 and now - self.last[0] < 1.0:
                self.refused += 1
                return 429, b'{"error_key":"throttled","error_message":"Too Many Requests"}'
            self.last.append(now)
        asked = dict(parse_qsl(parts.query))
        if "cursor" in asked:
            low, start, high = map(int, base64.urlsafe_b64decode(asked["cursor"]).decode().split(","))
        else:
            low, high = 0, len(self.seconds)
            if "created_after" in asked:
                low = bisect.bisect_right(self.seconds, int(datetime.fromisoformat(asked["created_after"]).timestamp()))
            if "created_before" in asked:
                high = bisect.bisect_left(
                    self.seconds, int(datetime.fromisoformat(asked["created_before"]).timestamp())
                )
            start, high = low, max(low, high)
        return 200, self._page(low, start, high, self.latency == 0)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                target = line.split()[1].decode()
                status, body = self.answer(target)
                if self.latency and status == 200 and target.startswith("/v3"):
                    await asyncio.sleep(self.latency)
                head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


async def main() -> None:
    stub = Stub(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3] == "limit")
    server = await asyncio.start_server(stub.serve, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
