"""Ports are checked before anything is started."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from backend.errors import ConfigError
from backend.supervisor.ports import first_free, require_free

HOST = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(socket.socket()) as listener:
        listener.bind((HOST, 0))
        listener.listen(1)
        yield listener.getsockname()[1]


def test_a_taken_port_is_named_with_its_option(taken: int) -> None:
    with pytest.raises(ConfigError) as caught:
        require_free(HOST, taken, "--port")
    assert f"Port {taken} of {HOST} is taken by another program" in caught.value.detail
    assert caught.value.detail.endswith("choose another with --port.")


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1 is not an address of this machine"):
        require_free("192.0.2.1", 0, "--port")


def test_a_free_port_is_kept_and_a_taken_one_replaced(taken: int) -> None:
    free = first_free(HOST, 0)
    require_free(HOST, free, "--port")
    assert first_free(HOST, free) == free
    assert first_free(HOST, taken) not in (0, taken)
