"""The one import of HTTPX.

HTTPX lives on as `httpx2`, and Authlib uses that wherever it is installed. Mixing the two breaks every `isinstance` and
`except`, so this module takes the same one as Authlib does and everything else takes it from here.
"""

from __future__ import annotations

import logging
import re
import warnings
from typing import TYPE_CHECKING

from authlib.deprecate import AuthlibDeprecationWarning

# Authlib's advice is for whoever chooses between the two; the person in front of a notebook cannot act on it.
warnings.filterwarnings("ignore", message="The httpx module is deprecated", category=AuthlibDeprecationWarning)


class _WithoutCodes(logging.Filter):
    """Takes authorization codes out of log records: httpcore writes every answer's headers, and a redirect of the
    consent page holds one."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "code=" in message:
            record.msg, record.args = re.sub(r"\bcode=[^&'\"\s]+", "code=***", message), ()
        return True


for _name in ("httpcore.http11", "httpcore2.http11", "httpcore.http2", "httpcore2.http2", "httpx", "httpx2"):
    logging.getLogger(_name).addFilter(_WithoutCodes())

if TYPE_CHECKING:
    import httpx
else:
    try:
        import httpx2 as httpx
    except ImportError:
        import httpx

__all__ = ["httpx"]
