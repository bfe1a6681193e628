"""Talking to V3: one transport, and a module for each kind of resource."""

from .client import Client

__all__ = ["Client"]
