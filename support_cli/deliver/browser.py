"""A page in the customer's browser, where they press the last button themselves."""

from support_cli.errors import QueuedError
from support_cli.i18n import _


class BrowserError(QueuedError):
    """No browser could be opened."""


def open_url(url: str) -> None:
    """Opens an address in the browser that the system names (``webbrowser`` honours BROWSER).

    Raises:
        BrowserError: If there is none; the address stands in the hint.
    """
    import webbrowser

    try:
        opened = webbrowser.open(url)
    except (webbrowser.Error, OSError):
        opened = False
    if not opened:
        raise BrowserError(_("No browser could be opened."), hint=_("Open this address:") + "\n" + url)
