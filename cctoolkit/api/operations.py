"""Every operation that the service describes, by its operationId."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import BadRequest, UnexpectedAnswer
from . import paging
from .checking import Request, check_call, nearest, refuse
from .example_values import example_arguments, example_values
from .operation_help import document, html_table, signature, text_table
from .schema import OperationSchema
from .schema_cache import SchemaCache
from .schema_changes import Changes
from .transport import Received, Transport

if TYPE_CHECKING:
    import pandas as pd

#: Collections that have a frame of their own in `cctoolkit.frames`; the others have one made from what they hold.
_FRAMES = {"getContacts": "contacts", "getLists": "lists", "getActivityStatusCollection": "activities"}


class Operation:
    """One operation: call it with its parameters by name; `help()` of it says which."""

    def __init__(self, transport: Transport, schema: OperationSchema) -> None:
        self._transport = transport
        self.schema = schema
        self.id, self.method, self.path, self.summary = schema.id, schema.method, schema.path, schema.summary
        self.__name__ = self.__qualname__ = schema.id
        self.__doc__ = document(schema)
        self.__signature__ = signature(schema)

    def __call__(self, /, **parameters: Any) -> Any:
        """One answer: its JSON, or the text of an export.

        Raises `BadRequest` before anything is sent when the parameters do not fit, and what the transport raises.
        """
        return self.send(self.request(**parameters))

    def request(self, /, **parameters: Any) -> Request:
        """The request that a call becomes. Raises `BadRequest` when the parameters do not fit."""
        return check_call(self.schema, parameters)

    def example(self) -> dict[str, Any]:
        """Arguments that the service takes, to begin with: `operation(**operation.example())`.

        Ids are those of the account's first list, contact, tag and so on, a request each. On the sandbox what writes gets them
        too; elsewhere, where it would change or delete what is yours, it gets an id that nobody has, or sends back what is there.
        """
        return example_arguments(self._transport, self.schema)

    def send(
        self,
        request: Request,
        *,
        address: str | None = None,
        received: Callable[[Received], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Any:
        """The answer to a checked request; `address` in place of its own is that of a further page.

        `received` and `stop` are those of `Transport.fetch`, as are the errors.
        """
        return self._transport.fetch(
            self.method, address or request.address(), received=received, stop=stop, **request.content
        )

    def pages(self, /, **parameters: Any) -> Iterator[Any]:
        """Each answer of a collection, to its last page. Without a `limit`, pages are as large as the service makes them."""
        self._check_collection()
        limit = next((one for one in self.schema.parameters if one.name == "limit" and one.place == "query"), None)
        if limit is not None and limit.value.maximum is not None:
            parameters = {"limit": int(limit.value.maximum), **parameters}
        return self._pages(check_call(self.schema, parameters))

    def iter(self, /, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Each record of a collection, over all pages."""
        answers = self.pages(**parameters)
        return (record for answer in answers for record in self.records_of(answer))

    def frame(self, /, **parameters: Any) -> pd.DataFrame:
        """All records of a collection as a DataFrame, a row each. Nested objects are columns `outer_inner`."""
        return self.frame_of(self.iter(**parameters))

    def frame_of(self, records: Iterable[dict[str, Any]]) -> pd.DataFrame:
        """Records of this collection, however they were read, as a DataFrame."""
        from .. import frames

        if self.id in _FRAMES:
            tidy: pd.DataFrame = getattr(frames, _FRAMES[self.id])(records)
            return tidy
        return frames.table(records, self.schema.answer.columns)

    def _check_collection(self) -> None:
        answer = self.schema.answer  # where the description says nothing of it, the answer itself has to
        if self.method != "GET" or (answer.described and answer.records is None):
            refuse(self.schema, "it does not answer with a collection; call it without .pages, .iter or .frame")

    def _pages(self, request: Request) -> Iterator[Any]:
        if self.schema.answer.type == "array":  # such are never cut into pages
            yield self._transport.fetch("GET", request.address(), **request.content)
            return
        yield from paging.pages(self._transport, request.address(), None, following=self.following(request))

    def following(self, request: Request) -> Callable[[dict[str, Any]], str | None]:
        """Where the page after a given one is: a link nearly everywhere, a cursor for events, an offset for partners.

        The function that it returns belongs to one reading: it is told of each page once, in their order.
        """
        names = {one.name for one in self.schema.parameters if one.place == "query"}
        given = dict(request.query)
        seen: list[Any] = []
        offset = int(given.get("offset", "0") if given.get("offset", "0").isdecimal() else 0)

        def next_address(page: dict[str, Any]) -> str | None:
            nonlocal offset
            href = paging.next_href(page)
            if href is not None:
                return href
            cursor = page.get("next_cursor")
            if "next" in names and isinstance(cursor, str) and cursor:
                return request.address(next=cursor)
            if "offset" not in names or "_links" in page:
                return None
            records = self.records_of(page)
            if not records or len(records) < int(given.get("limit", "1")):
                return None
            if records == seen:
                raise UnexpectedAnswer(f"{self.id} answers with the same page again and again. Try again in a minute.")
            seen[:] = records
            offset += len(records)
            return request.address(offset=str(offset))

        return next_address

    def records_of(self, answer: Any) -> list[dict[str, Any]]:
        """The records of a page, by the name that the description gives, or the only list of objects in it."""
        if isinstance(answer, list):
            return [entry for entry in answer if isinstance(entry, dict)]
        if not isinstance(answer, dict):
            raise UnexpectedAnswer(f"{self.id} answered with no collection: call it without .pages, .iter or .frame.")
        name = self.schema.answer.records
        if name:
            return paging.records(answer, name)
        lists = [
            name
            for name, value in answer.items()
            if isinstance(value, list)
            and name not in {"_links", "errors"}
            and all(isinstance(one, dict) for one in value)
        ]
        if len(lists) != 1:
            raise UnexpectedAnswer(
                f"{self.id} answered with {len(lists)} lists, so that nobody can say which is meant: call it without "
                ".pages, .iter or .frame."
            )
        return paging.records(answer, lists[0])

    def __repr__(self) -> str:
        return f"<{self.id}: {self.method} {self.path}>"


class Operations:
    """The operations of the service, as attributes and by name: `client.operations.getContacts(limit=10)`.

    The list is the service's own description, downloaded on first use and kept: `update()` gets it anew.
    """

    def __init__(
        self, transport: Transport, cache: SchemaCache, described: Mapping[str, OperationSchema] | None = None
    ) -> None:
        self._transport = transport
        self._cache = cache
        self._described = described
        self._made: dict[str, Operation] = {}

    @property
    def _schemas(self) -> Mapping[str, OperationSchema]:
        if self._described is None:
            self._described = self._cache.load().operations
        return self._described

    def update(self) -> Changes:
        """Download the description anew; what has changed since the one before."""
        schema, changed = self._cache.update()
        self._described = schema.operations
        self._made.clear()
        return changed

    def example_values(self) -> dict[str, str]:
        """What the account has for the variables of examples: `list_id`, `contact_id`, `from_email` and so on, the first of
        each, a request each; empty for what it does not have or does not let us read."""
        return example_values(self._transport)

    def changes(self) -> Changes:
        """What the last change of the description was, whenever it was seen."""
        found = self._cache.changes()
        return found[0] if found else Changes()

    def find(self, words: str) -> Operations:
        """The operations whose id, path or summary holds each of the words, whatever their case."""
        found = matching(self._schemas, words)
        return Operations(self._transport, self._cache, found)

    def frame(self) -> pd.DataFrame:
        """The operations as a DataFrame, a row each: `tag` is the chapter of the description, `method`, `path`, `summary`."""
        from ..frame import Frame

        rows = [(one.id, ", ".join(one.tags), one.method, one.path, one.summary) for one in self._schemas.values()]
        columns = ["operation", "tag", "method", "path", "summary"]
        return Frame(rows, columns=columns, dtype="string").set_index("operation")

    def __getitem__(self, operation_id: str) -> Operation:
        if operation_id not in self._schemas:
            known = list(self._schemas)
            near = difflib.get_close_matches(str(operation_id), known, 1) or [
                name for name in known if name.casefold() == str(operation_id).casefold()
            ]
            raise BadRequest(
                400,
                "",
                f"there is no operation {operation_id}; {f'did you mean {near[0]}? ' if near else ''}"
                "client.operations.find('contact') searches them, client.operations.update() gets the newest",
                "",
            )
        if operation_id not in self._made:
            self._made[operation_id] = Operation(self._transport, self._schemas[operation_id])
        return self._made[operation_id]

    def __getattr__(self, name: str) -> Operation:
        # What begins with an underscore is Python's or Jupyter's question, and no reason to download anything.
        if name.startswith("_") or name not in self._schemas:
            near = "" if name.startswith("_") else f": {nearest(name, self._schemas)}client.operations.find() searches."
            raise AttributeError(f"there is no operation {name}{near}")
        return self[name]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._schemas})

    def __contains__(self, operation_id: object) -> bool:
        return operation_id in self._schemas

    def __iter__(self) -> Iterator[Operation]:
        return (self[name] for name in self._schemas)

    def __len__(self) -> int:
        return len(self._schemas)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._schemas)

    def __repr__(self) -> str:
        return text_table(self._schemas.values()) or "<no operation>"

    def _repr_html_(self) -> str:
        return html_table(list(self._schemas.values()))


def matching(operations: Mapping[str, OperationSchema], words: str) -> dict[str, OperationSchema]:
    """The operations whose id, method, path or summary holds each of the words, whatever their case."""
    wanted = words.casefold().split()
    return {
        name: one
        for name, one in operations.items()
        if all(word in f"{one.id} {one.method} {one.path} {one.summary}".casefold() for word in wanted)
    }
