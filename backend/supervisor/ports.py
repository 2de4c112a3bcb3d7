"""Addresses to listen on, checked before anything is started."""

import errno
import socket
from contextlib import closing

from backend.errors import ConfigError


def require_free(host: str, port: int, option: str) -> None:
    """Raise ConfigError, naming `option`, when nobody could listen on this port."""
    try:
        with closing(_bound(host, port)):
            pass
    except OSError as error:
        raise ConfigError(_reason(error, host, port, option)) from error


def first_free(host: str, wanted: int) -> int:
    """`wanted` when it is free, else any port that is."""
    for port in (wanted, 0):
        try:
            with closing(_bound(host, port)) as probe:
                free: int = probe.getsockname()[1]
                return free
        except OSError:
            continue
    require_free(host, 0, "--port")
    raise ConfigError(f"No port of {host} is free: stop something that listens, then try again.")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    return host == "localhost" or host.startswith("127.") or host == "::1"


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    probe = socket.socket(family, kind, protocol)
    try:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)
    except OSError:
        probe.close()
        raise
    return probe


def _reason(error: OSError, host: str, port: int, option: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is taken by another program: "
            f"stop it, or choose another with {option}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this user: choose one above 1023 with {option}."
    return (
        f"{host} is not an address of this machine ({error.strerror}): "
        "choose 127.0.0.1 for this machine alone, or 0.0.0.0 for all, with --host."
    )
