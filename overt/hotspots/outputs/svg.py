"""A few lines of SVG: elements as strings, every value escaped.

Looks are presentation attributes (`fill="…"`), never `style="…"`: the content security policy of
the pages forbids the latter, and WeasyPrint draws both.
"""

from html import escape

ACCENT = "#0f5b66"
ACCENT_MIDDLE = "#579aa1"
ACCENT_PALE = "#bfdadd"
INK = "#16201f"
MUTED = "#505a5f"
LINE = "#c8d0d0"
WARNING = "#a33b1f"

Value = str | int | float


def element(name: str, content: str = "", /, **attributes: Value) -> str:
    """One element. `text_anchor` becomes `text-anchor`; `content` is markup already."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(number(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(content: Value, /, **attributes: Value) -> str:
    """A line of text, 12 px unless told, escaped."""
    look: dict[str, Value] = {"font_size": 12, "fill": MUTED, "font_family": "sans-serif"}
    return element("text", escape(str(content)), **(look | attributes))


def hatch(ident: str, colour: str = WARNING) -> str:
    """A pattern of slanted lines for what is missing: `fill="url(#ident)"`."""
    line = element("path", d="M-1 1l2-2M0 6l6-6M5 7l2-2", stroke=colour, stroke_width=1)
    return element(
        "defs",
        element("pattern", line, id=ident, width=6, height=6, patternUnits="userSpaceOnUse"),
    )


def picture(content: str, *, ident: str, width: int, height: int, title: str, desc: str) -> str:
    """The whole SVG: an image with a name and a description for those who do not see it."""
    head = element("title", escape(title), id=f"{ident}-title")
    head += element("desc", escape(desc), id=f"{ident}-desc")
    return element(
        "svg",
        head + content,
        xmlns="http://www.w3.org/2000/svg",
        class_="overt-chart",
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_labelledby=f"{ident}-title {ident}-desc",
    )


def number(value: Value) -> str:
    """At most two decimals: a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
