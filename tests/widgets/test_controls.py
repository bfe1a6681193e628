"""What the panels share: whose account it is."""

from __future__ import annotations

import pytest

from cctoolkit.api import Client
from cctoolkit.api.transport import FixedToken, Transport
from cctoolkit.widgets.controls import is_real


@pytest.mark.parametrize(
    ("service", "api_url", "real"),
    [
        ("live", "https://api.cc.email/v3", True),
        ("live", "http://127.0.0.1:8780/v3", True),
        ("custom", "https://api.cc.email/v3", True),
        ("custom", "https://api.cc.email./v3", True),
        ("custom", "https://gateway.example/v3", True),
        ("custom", "http://127.0.0.1:8780/v3", False),
        ("sandbox", "http://127.0.0.1:8780/v3", False),
        ("sandbox", "http://192.168.1.20:8790/v3", False),
    ],
)
def test_whose_account_it_may_be(service: str, api_url: str, real: bool) -> None:
    """Nobody's is what is called the sandbox, a workshop's too, or stands on this machine; any other may be real."""
    with Client(Transport(api_url, FixedToken("t")), service) as client:
        assert is_real(client) is real
