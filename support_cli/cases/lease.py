"""Who holds something, and whether that process still runs.

A process id alone says little: ids are used again, after a restart as well as in another container. So an
owner is its id, the machine, the space in which ids count, and the moment when the process began, as far as
the system tells. Where it cannot be told, the caller lets a lease run out by time.
"""

import os
import platform
import subprocess
import sys
from enum import Enum
from pathlib import Path

import msgspec

if sys.platform == "win32":
    import ctypes

_STILL_ACTIVE = 259
_QUERY_LIMITED_INFORMATION = 0x1000
_ERROR_ACCESS_DENIED = 5


class Liveness(Enum):
    """Whether a process runs."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


class Owner(msgspec.Struct, frozen=True, omit_defaults=True):
    """One process.

    Attributes:
        pid: Its id.
        host: Name of the machine.
        space: Where ids count (Linux: the PID namespace), or empty.
        started: When it began, as an opaque text, or empty where it cannot be told.
    """

    pid: int
    host: str
    space: str = ""
    started: str = ""


class _Self:
    owner: Owner | None = None


def this_process() -> Owner:
    """The process that runs this, also after a fork."""
    owner = _Self.owner
    if owner is None or owner.pid != os.getpid():
        pid = os.getpid()
        owner = _Self.owner = Owner(pid, _host(), _space(), _started(pid))
    return owner


def liveness(owner: Owner) -> Liveness:
    """Says whether the owner still runs; ``UNKNOWN`` for another machine or container."""
    me = this_process()
    if owner == me:
        return Liveness.ALIVE
    if (owner.host, owner.space) != (me.host, me.space):
        return Liveness.UNKNOWN
    alive = _alive(owner.pid)
    if alive is not Liveness.ALIVE or not owner.started:
        return alive
    started = _started(owner.pid)
    if not started:
        return _alive(owner.pid)
    return Liveness.ALIVE if started == owner.started else Liveness.DEAD


def _host() -> str:
    if sys.platform != "win32":
        return os.uname().nodename

    return platform.node()


def _space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


if sys.platform == "win32":  # os.kill(pid, 0) ends the process there

    def _open(pid: int) -> tuple[int, int]:
        """A handle of the process and the error code; the handle is 0 where there is none."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, pid)
        return int(handle or 0), ctypes.get_last_error()

    def _alive(pid: int) -> Liveness:
        handle, error = _open(pid)
        if not handle:
            return Liveness.UNKNOWN if error == _ERROR_ACCESS_DENIED else Liveness.DEAD
        kernel = ctypes.WinDLL("kernel32")
        try:
            code = ctypes.c_ulong()
            if not kernel.GetExitCodeProcess(ctypes.c_void_p(handle), ctypes.byref(code)):
                return Liveness.UNKNOWN
            return Liveness.ALIVE if code.value == _STILL_ACTIVE else Liveness.DEAD
        finally:
            kernel.CloseHandle(ctypes.c_void_p(handle))

    def _started(pid: int) -> str:
        handle, _error = _open(pid)
        if not handle:
            return ""
        kernel = ctypes.WinDLL("kernel32")
        try:
            times = [ctypes.c_ulonglong() for _number in range(4)]
            done = kernel.GetProcessTimes(ctypes.c_void_p(handle), *(ctypes.byref(time) for time in times))
            return str(times[0].value) if done else ""
        finally:
            kernel.CloseHandle(ctypes.c_void_p(handle))

else:

    def _alive(pid: int) -> Liveness:
        if pid <= 0:  # 0 and below mean groups of processes
            return Liveness.DEAD
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return Liveness.DEAD
        except OverflowError:
            return Liveness.DEAD
        except PermissionError:  # somebody else's: the id may have been used again
            return Liveness.UNKNOWN
        return Liveness.DEAD if _stat(pid)[:1] == ["Z"] else Liveness.ALIVE

    def _stat(pid: int) -> list[str]:
        """Fields of ``/proc/PID/stat`` after the name (proc(5)); empty where there is none."""
        try:
            text = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
        except OSError:
            return []
        return text[text.rfind(")") + 1 :].split()

    def _started(pid: int) -> str:
        fields = _stat(pid)
        if len(fields) > 19:  # starttime: ticks since the machine was started, so say which start
            try:
                boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
            except OSError:
                boot = ""
            return f"{boot}/{fields[19]}"
        return _started_by_ps(pid)


def _started_by_ps(pid: int) -> str:
    """What ps(1) says about the start of a process (macOS, BSD); empty when it says nothing."""
    try:
        done = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)],
            capture_output=True,
            env={"LC_ALL": "C", "TZ": "UTC", "PATH": "/bin:/usr/bin"},
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return " ".join(done.stdout.decode("ascii", "replace").split())
