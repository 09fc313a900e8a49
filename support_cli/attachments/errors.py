"""What can be wrong with one file, each case a class of its own; all of them end in exit code 4."""

from support_cli.base.errors import AttachmentError


class MissingError(AttachmentError):
    """Nothing lies at that path, a link leads nowhere, or the file went away."""


class NotAFileError(AttachmentError):
    """A folder, device, pipe, socket, or a file that the system makes up while it is read."""


class UnreadableError(AttachmentError):
    """The file may not be read, or reading it failed."""


class ChangedError(AttachmentError):
    """The file is not, or no longer, the one that was looked at."""


class OversizedError(AttachmentError):
    """The file is larger than any receiver could take, so it is not even read."""


class UnstorableError(AttachmentError):
    """The path has bytes that cannot be written into a request file."""


class NotZippedError(AttachmentError):
    """The zip could not be written (the disk is full, the folder is read-only)."""


class NoSuchRowError(AttachmentError):
    """There is no attachment of that number."""
