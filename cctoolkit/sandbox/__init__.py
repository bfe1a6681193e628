"""A local Constant Contact, built from what is published about the service and from nothing of this client's."""

from .server import PortInUse, Sandbox

__all__ = ["PortInUse", "Sandbox"]
