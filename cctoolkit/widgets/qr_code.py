"""A QR code as inline SVG: nothing is loaded from anywhere."""

from __future__ import annotations

import io

import segno


def qr_svg(address: str) -> str:
    """The address as a QR code, dark on light in every theme, so that every phone reads it."""
    out = io.BytesIO()
    segno.make(address, micro=False).save(
        out,
        kind="svg",
        scale=3,
        border=3,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgns=False,
        title="QR code of the page",
    )
    return f'<div class="cct-qr">{out.getvalue().decode()}</div>'
