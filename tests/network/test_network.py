"""Whatever an authority does, asking it ends, and says why there is no answer."""

import time

import pytest

from mediaev.errors import UnreachableError
from mediaev.network import MAX_BYTES, REPLY, ask_all


def ask(url, seconds=5.0):
    [(name, answer)] = ask_all({"one": (url, b"question")}, seconds=seconds)
    assert name == "one"
    return answer


def test_the_answer_comes_back_as_it_was(authority_factory):
    with authority_factory.serving(lambda body: (200, REPLY, b"0" + body)) as (url, asked):
        assert ask(url) == b"0question"
    [(headers, body)] = asked
    assert body == b"question"
    assert headers["Content-Type"] == "application/timestamp-query"
    assert not {"User-Agent", "Cookie", "Authorization"} & set(headers)


def test_an_answer_that_looks_like_one_is_kept_whatever_it_is_called(authority_factory):
    with authority_factory.serving(lambda _: (200, "text/plain", b"\x30\x03")) as (url, _):
        assert ask(url) == b"\x30\x03"


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ((200, "text/html", b"<html>log in</html>"), "web page"),
        ((200, REPLY, b""), "empty"),
        ((200, REPLY, b"0" * (MAX_BYTES + 1)), "longer than"),
        ((302, REPLY, b"0"), "points elsewhere"),
        ((404, REPLY, b"0"), "HTTP 404"),
        ((503, REPLY, b"0"), "HTTP 503"),
        (None, "does not speak HTTP"),
    ],
    ids=str,
)
def test_what_is_no_answer_is_told(authority_factory, reply, says):
    with authority_factory.serving(lambda _: reply) as (url, _):
        answer = ask(url)
    assert isinstance(answer, UnreachableError)
    assert says in answer.message or "connection failed" in answer.message


def drops():
    """An answer that comes forever, a byte at a time."""
    while True:
        time.sleep(0.02)
        yield b"0"


class Endless(list):
    """What `serving` takes for pieces of an answer."""

    def __iter__(self):
        return drops()


def test_an_answer_that_drips_in_is_given_up(authority_factory):
    with authority_factory.serving(lambda _: (200, REPLY, Endless())) as (url, _):
        before = time.monotonic()
        answer = ask(url, seconds=0.5)
        assert time.monotonic() - before < 5
    assert isinstance(answer, UnreachableError)
    assert "within 0.5 seconds" in answer.message


def test_one_that_is_silent_does_not_keep_the_others_waiting(authority_factory):
    with (
        authority_factory.serving(lambda _: (200, REPLY, Endless())) as (silent, _),
        authority_factory.serving(lambda _: (200, REPLY, b"0")) as (quick, _),
    ):
        calls = {"silent": (silent, b""), "quick": (quick, b"")}
        answers = list(ask_all(calls, seconds=1))
    assert [name for name, _ in answers] == ["quick", "silent"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:1/", "nothing listens"),
        ("https://127.0.0.1:1/", "nothing listens"),
        ("http://nowhere.invalid/", "could not be found"),
    ],
)
def test_nobody_there(url, says):
    assert says in ask(url).message


def test_plain_http_where_tls_is_expected(authority_factory):
    with authority_factory.serving(lambda _: (200, REPLY, b"0")) as (url, _):
        answer = ask(url.replace("http:", "https:"))
    assert "no secure connection" in answer.message


def test_a_name_and_password_go_to_the_server_alone(authority_factory):
    with authority_factory.serving(lambda _: (200, REPLY, b"0")) as (url, asked):
        assert ask(url.replace("//", "//ana:s%40c@")) == b"0"
    assert asked[0][0]["Authorization"] == "Basic YW5hOnNAYw=="
