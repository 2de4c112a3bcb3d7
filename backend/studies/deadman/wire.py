"""The network between a browser and the console, with a knife: it can be cut, or fall silent."""

import socket
import threading
from contextlib import suppress
from types import TracebackType

CHUNK = 65536


class Wire:
    """A TCP relay on the loopback interface. Connections made after a cut are whole again."""

    def __init__(self, port: int) -> None:
        """`port` is the console's."""
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._flowing = threading.Event()
        self._flowing.set()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> "Wire":
        """Start to relay."""
        threading.Thread(target=self._accept, daemon=True, name="wire").start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Close everything."""
        self._listener.close()
        self.whole()
        self.cut()

    def cut(self) -> None:
        """Every connection ends, as when the other side's kernel says so."""
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def silence(self) -> None:
        """Nothing passes and nobody is told: a half-open link."""
        self._flowing.clear()

    def whole(self) -> None:
        """What was held back passes again."""
        self._flowing.set()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target)
            except OSError:
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self._flowing.wait()
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
