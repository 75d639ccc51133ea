"""The page: a server on this machine, and what a browser shows of it."""

from landbridge.app.server import serve

__all__ = ["serve"]
