"""A local Constant Contact, built from what is published about the service and from nothing of this client's."""

from .database import DatabaseInUse
from .server import PortInUse, Sandbox

__all__ = ["DatabaseInUse", "PortInUse", "Sandbox"]
