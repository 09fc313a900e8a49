"""Encrypted connections that can be trusted, and plain words for why one cannot."""

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from support_cli.base.errors import UnusableError
from support_cli.base.i18n import _
from support_cli.base.text import clean_line
from support_cli.deliver.base import Reason, TemporaryError

if TYPE_CHECKING:
    import ssl

# Results of certificate verification, openssl-verification-options(1).
_NOT_YET, _EXPIRED = 9, 10
_SELF_SIGNED, _SELF_SIGNED_CHAIN, _NO_ISSUER, _NO_ISSUER_LOCALLY, _UNVERIFIED = 18, 19, 2, 20, 21
_WRONG_NAME, _WRONG_ADDRESS = 62, 64


class AuthorityError(UnusableError):
    """The file with certificates of authorities cannot be used."""


def client_context(ca_file: Path | None = None) -> "ssl.SSLContext":
    """Makes a context that checks certificate and host name and speaks TLS 1.2 or newer.

    Args:
        ca_file: PEM file with authorities to trust besides the system's.

    Raises:
        AuthorityError: The file cannot be read or holds no certificate.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            problem = clean_line(getattr(error, "strerror", None) or str(error))
            raise AuthorityError(
                _("The file of certificate authorities cannot be used: {problem}.").format(problem=problem),
                hint=_("It must hold certificates in PEM form (BEGIN CERTIFICATE)."),
                where=clean_line(str(ca_file)),
            ) from None
    return context


def explain(error: "ssl.SSLError", host: str, where: str, *, setting: str = "smtp.ca_file") -> TemporaryError:
    """Says in one sentence why there is no encrypted connection.

    Args:
        error: What the handshake ended with.
        host: Name of the server.
        where: The server's address as it was asked for.
        setting: Where a file of authorities is named.
    """
    hint = None
    if isinstance(error, ssl.SSLCertVerificationError):
        message, hint = _certificate(error)
        hint = hint.replace("smtp.ca_file", setting)
    elif error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG"):
        message = _("{host} does not speak TLS on this port.")
        if setting == "smtp.ca_file":
            hint = _("Use smtp+starttls:// for a server that starts in the clear, or another port.")
    elif error.reason in ("UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE"):
        message = _("{host} speaks only versions of TLS that are no longer safe.")
    else:
        problem = clean_line((error.reason or error.strerror or "").replace("_", " ").lower())
        return TemporaryError(
            _("There is no encrypted connection to {host}: {problem}.").format(host=host, problem=problem or "TLS"),
            reason=Reason.TLS,
            where=where,
        )
    return TemporaryError(message.format(host=host), reason=Reason.TLS, hint=hint, where=where)


def _certificate(error: "ssl.SSLCertVerificationError") -> tuple[str, str]:
    code = error.verify_code
    if code == _EXPIRED:
        return _("The certificate of {host} has expired."), _("Tell the people who run the server.")
    if code == _NOT_YET:
        return _("The certificate of {host} is not valid yet."), _("See whether the clock of this computer is right.")
    if code in (_WRONG_NAME, _WRONG_ADDRESS):
        return (
            _("The certificate of {host} belongs to another name."),
            _("Use the name that the server has in its certificate."),
        )
    if code == _SELF_SIGNED:
        return (
            _("The certificate of {host} is signed by nobody but itself."),
            _("If you trust it, name its file in the setting smtp.ca_file."),
        )
    if code in (_SELF_SIGNED_CHAIN, _NO_ISSUER, _NO_ISSUER_LOCALLY, _UNVERIFIED):
        return (
            _("The certificate of {host} is signed by an authority that this computer does not know."),
            _("If you trust it, name the authority's file in the setting smtp.ca_file."),
        )
    problem = clean_line(error.verify_message).replace("{", "(").replace("}", ")")
    return _("The certificate of {host} cannot be trusted.") + f" ({problem})", _("Nothing was sent.")
