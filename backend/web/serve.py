"""Runs the web process: one uvicorn worker, because robots and pages meet in its memory."""

from typing import Any

import uvicorn

from backend.config import Settings, settings
from backend.logs import set_up

APPLICATION = "backend.app:from_environment"
MOST_SOCKET_BYTES = 8 * 1024 * 1024


def config(application: Any, given: Settings, *, factory: bool = False) -> uvicorn.Config:  # noqa: ANN401
    """How uvicorn is run. `application` is an ASGI application or the address of its maker."""
    return uvicorn.Config(
        application,
        factory=factory,
        host=given.host,
        port=given.port,
        loop="uvloop",
        ws="websockets-sansio",
        # Pictures do not shrink, and deflating them costs twenty times the sending.
        ws_per_message_deflate=False,
        ws_max_size=MOST_SOCKET_BYTES,
        ws_ping_interval=5,
        ws_ping_timeout=5,
        timeout_graceful_shutdown=3,
        ssl_certfile=given.tls_certificate,
        ssl_keyfile=given.tls_key,
        server_header=False,
        access_log=False,
        log_config=None,
        lifespan="on",
    )


def serve() -> None:
    """Serve until told to stop."""
    set_up("web")
    uvicorn.Server(config(APPLICATION, settings(), factory=True)).run()
