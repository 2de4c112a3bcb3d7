"""Addresses to listen on, checked before anything is started."""

import errno
import socket
from contextlib import closing

from backend.errors import ConfigError


def require_free(host: str, port: int, option: str) -> None:
    """Raise ConfigError, naming `option`, when nobody could listen on this address."""
    try:
        with closing(_bound(host, port)):
            pass
    except OSError as error:
        raise ConfigError(f"{_reason(error, host, port)} {option}.") from error


def first_free(host: str, wanted: int) -> int:
    """`wanted` when it is free, else any port that is."""
    for port in (wanted, 0):
        try:
            with closing(_bound(host, port)) as probe:
                free: int = probe.getsockname()[1]
                return free
        except OSError:
            continue
    raise ConfigError(f"No port of {host} is free: stop something that listens, then try again.")


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


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is taken by another program: stop it, or choose another with"
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this user: choose one above 1023 with"
    return f"{host} port {port} cannot be listened on ({error.strerror}): choose another with"
