"""What has changed between two descriptions of a service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from .schema import OperationSchema, Parameter, Schema


@dataclass(frozen=True, repr=False)
class Changes:
    """`added` and `removed` are operationIds; `changed` has a sentence for each difference of an operation in both.
    `definitions` has one for each definition that is new, gone or has other properties: they come months before the paths.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.definitions)

    def __repr__(self) -> str:
        return "\n".join(self.lines()) or "<nothing has changed>"

    def lines(self) -> list[str]:
        """A line each: `+` for what is new, `-` for what is gone, `~` for what is different."""
        return [
            *(f"+ {name}" for name in self.added),
            *(f"- {name}" for name in self.removed),
            *(f"~ {name}: {said}" for name, said in self.changed),
            *(f"~ definition {name} {said}" for name, said in self.definitions),
        ]


def changes_between(before: Schema, after: Schema) -> Changes:
    """The operations added and removed, the parameters and properties added, removed or changed, and the same of definitions."""
    old, new = before.operations, after.operations
    changed = [(name, said) for name in new if name in old for said in _differences(old[name], new[name])]
    return Changes(
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name not in new),
        tuple(changed),
        tuple(_of_definitions(before.definitions, after.definitions)),
    )


def _of_definitions(
    old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]
) -> Iterable[tuple[str, str]]:
    for name, properties in new.items():
        if name not in old:
            yield name, f"is new, with {', '.join(properties)}" if properties else "is new"
            continue
        if gained := [one for one in properties if one not in old[name]]:
            yield name, f"has {', '.join(gained)} now"
        if lost := [one for one in old[name] if one not in properties]:
            yield name, f"no longer has {', '.join(lost)}"
    for name in old:
        if name not in new:
            yield name, "is gone"


def _differences(old: OperationSchema, new: OperationSchema) -> list[str]:
    said = []
    if (old.method, old.path) != (new.method, new.path):
        said.append(f"was {old.method} {old.path}, is {new.method} {new.path}")
    if set(old.scopes) != set(new.scopes):
        said.append(f"needed {', '.join(old.scopes) or 'no scope'}, needs {', '.join(new.scopes) or 'no scope'}")
    said += _of_parameters("parameter", old.parameters, new.parameters)
    if (old.body is None) != (new.body is None):
        said.append("takes a body" if new.body else "takes no body any more")
    elif old.body and new.body:
        if old.body.required != new.body.required:
            said.append(f"its body {'is' if new.body.required else 'is no longer'} required")
        said += _of_parameters("body property", old.body.properties, new.body.properties)
    return said


def _of_parameters(kind: str, old: Iterable[Parameter], new: Iterable[Parameter]) -> list[str]:
    before, after = {one.name: one for one in old}, {one.name: one for one in new}
    said = [
        f"{kind} {name} is new{', and required' if one.required else ''}"
        for name, one in after.items()
        if name not in before
    ]
    said += [f"{kind} {name} is gone" for name in before if name not in after]
    for name in after:
        if name in before:
            said += [f"{kind} {name}: {one}" for one in _of_values(before[name], after[name])]
    return said


def _of_values(old: Parameter, new: Parameter) -> list[str]:
    said = []
    if old.required != new.required:
        said.append("is required now" if new.required else "is no longer required")
    if old.place != new.place:
        said.append(f"was in the {old.place}, is in the {new.place}")
    for one in fields(old.value):
        was, now = getattr(old.value, one.name), getattr(new.value, one.name)
        if one.name == "enum":
            if gained := [str(value) for value in now if value not in was]:
                said.append(f"allows {', '.join(gained)} now" if was else f"allows only {', '.join(gained)} now")
            if lost := [str(value) for value in was if value not in now]:
                said.append(f"no longer allows {', '.join(lost)}" if now else "allows any value now")
        elif was != now:
            said.append(f"{one.name.replace('_', ' ')} was {_shown(was)}, is {_shown(now)}")
    return said


def _shown(value: object) -> str:
    return "none" if value in (None, "") else str(value)
