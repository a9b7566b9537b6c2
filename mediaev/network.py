"""The network: time-stamping authorities are asked, on the user's word, and nothing else is.

Authorities may be slow, broken or hostile. Whatever they do, an answer is a bounded number of
bytes within a bounded time, or an UnreachableError that says why there is none. Redirects
are not followed, proxies and cookies not used.
"""

from __future__ import annotations

import base64
import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import SplitResult, unquote, urlsplit

from mediaev.custody.timestamp import MAX_BYTES, QUERY, REPLY
from mediaev.errors import UnreachableError

SECONDS = 30.0
"""How long all of one's authorities together may take."""
_SILENCE = 20.0
"""Seconds without a single byte after which a connection is given up."""
_SEQUENCE = b"\x30"
"""What every response begins with."""


@dataclass(slots=True)
class _Call:
    """One question on its way."""

    parts: SplitResult
    question: bytes
    connection: http.client.HTTPConnection | None = None
    is_over: threading.Event = field(default_factory=threading.Event)

    def end(self) -> None:
        """Let whoever waits for this connection wait no longer."""
        self.is_over.set()
        connection = self.connection
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)


def ask_all(
    questions: Mapping[str, tuple[str, bytes]], *, seconds: float = SECONDS
) -> Iterator[tuple[str, bytes | UnreachableError]]:
    """Send each question to its address; the answers, by name, as they come.

    All are asked at once. After `seconds` those that have not answered count as unreachable.
    """
    answers: queue.SimpleQueue[tuple[str, bytes | UnreachableError]] = queue.SimpleQueue()
    calls = {name: _Call(urlsplit(url), asked) for name, (url, asked) in questions.items()}
    deadline = time.monotonic() + seconds
    for name, call in calls.items():
        # A daemon: looking up a name cannot be interrupted, and must not keep mediaev here.
        threading.Thread(target=_run, args=(name, call, answers), daemon=True).start()
    waiting = dict(calls)
    try:
        while waiting:
            with suppress(queue.Empty):
                name, answer = answers.get(timeout=max(0.0, deadline - time.monotonic()))
                del waiting[name]
                yield name, answer
                continue
            break
        for name in waiting:
            yield name, UnreachableError(f"no whole answer within {seconds:g} seconds")
    finally:
        for call in waiting.values():
            call.end()


def _run(
    name: str, call: _Call, answers: queue.SimpleQueue[tuple[str, bytes | UnreachableError]]
) -> None:
    try:
        answers.put((name, _ask(call)))
    except UnreachableError as error:
        answers.put((name, error))
    except (OSError, http.client.HTTPException, ValueError) as error:
        answers.put((name, UnreachableError(_reason(error))))


def _ask(call: _Call) -> bytes:
    parts = call.parts
    host = parts.hostname or ""
    connection: http.client.HTTPConnection = (
        http.client.HTTPSConnection(
            host, parts.port, timeout=_SILENCE, context=ssl.create_default_context()
        )
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=_SILENCE)
    )
    call.connection = connection
    try:
        connection.connect()
        if call.is_over.is_set():
            raise UnreachableError("given up")
        target = parts._replace(scheme="", netloc="", fragment="", path=parts.path or "/").geturl()
        connection.request("POST", target, body=call.question, headers=_headers(parts))
        return _answer(connection.getresponse())
    finally:
        connection.close()


def _headers(parts: SplitResult) -> dict[str, str]:
    headers = {"Content-Type": QUERY, "Accept": REPLY, "Connection": "close"}
    if parts.username is not None:
        known = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(known.encode()).decode()}"
    return headers


def _answer(response: http.client.HTTPResponse) -> bytes:
    if response.status in range(300, 400):
        raise UnreachableError(
            f"it points elsewhere (HTTP {response.status}), which is not followed"
        )
    if response.status != http.client.OK:
        raise UnreachableError(f"it refused the request: HTTP {response.status}")
    body = response.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise UnreachableError(f"its answer is longer than {MAX_BYTES} bytes")
    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if kind != REPLY and not body.startswith(_SEQUENCE):
        raise UnreachableError("its answer is no time stamp, but perhaps a web page")
    if not body:
        raise UnreachableError("its answer is empty")
    return body


def _reason(error: Exception) -> str:
    """Why there is no answer, in words that tell nothing of this machine."""
    for kind, words in _REASONS.items():
        if isinstance(error, kind):
            return words
    if isinstance(error, OSError):
        return f"the connection failed: {error.strerror or 'it broke off'}"
    return "it does not speak HTTP as it should"


_REASONS: Mapping[type[Exception], str] = MappingProxyType(
    {
        TimeoutError: "it took too long",
        ssl.SSLCertVerificationError: "nobody here vouches for the certificate of its connection",
        ssl.SSLError: "no secure connection could be made",
        socket.gaierror: "its name could not be found: is this machine offline?",
        ConnectionRefusedError: "nothing listens at its address",
    }
)
"""In the order in which they are asked."""
