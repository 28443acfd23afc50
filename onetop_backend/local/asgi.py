"""Everything on one port, for `./run`: HTTP goes to the WSGI application, sockets to the ASGI one."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import Any, cast

from onetop_backend.local.process import die_with_parent

# Before anything slow is imported: a server that is killed leaves its worker process answering on the port.
die_with_parent(signal.SIGKILL)
_parent = multiprocessing.parent_process()
if _parent is not None and _parent.pid != os.getppid():
    os._exit(1)

# Its threads for HTTP keep a connection each, which costs less than a pool; sockets take turns in one thread.
os.environ.setdefault("DATABASE_POOL_SIZE", "0")

from a2wsgi import WSGIMiddleware  # noqa: E402

from onetop_backend.asgi import websocket  # noqa: E402
from onetop_backend.local.programs import WEB_THREADS  # noqa: E402
from onetop_backend.wsgi import application as wsgi  # noqa: E402

http: Any = WSGIMiddleware(cast("Any", wsgi), workers=WEB_THREADS)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Serve one request or one socket."""

    async def body() -> Any:
        # a2wsgi hands this to the loop from another thread and needs a coroutine; granian gives a future.
        return await receive()

    if scope["type"] == "websocket":
        await websocket(scope, receive, send)
    else:
        await http(scope, body, send)
