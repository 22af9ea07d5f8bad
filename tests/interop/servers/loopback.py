"""How each Python server is started: on a free loopback port, one ready line on stdout, gone when stdin is closed."""

import json
import logging
import os
import socket
import sys
import threading
from importlib.metadata import version

import waitress


def bind():
    """A socket on a free loopback port, and the URL that it answers at: an issuer holds its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


def serve(app, listener, base, name, package):
    """Serves the WSGI `app` until SIGTERM (Python's default action ends us at once) or until stdin is closed."""
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # One thread: the servers keep their state in plain dictionaries and in one in-memory database.
    server = waitress.create_server(app, sockets=[listener], threads=1, ident=None)
    print(json.dumps({"server": name, "version": version(package), "base": base}), flush=True)
    server.run()


def _end_with_stdin():
    sys.stdin.buffer.read()
    os._exit(0)
