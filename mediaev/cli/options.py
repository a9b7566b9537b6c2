"""Options: what every verb takes, before or after its name, and how a verb is declared."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from mediaev import __version__
from mediaev.cli import passphrase_prompt
from mediaev.cli.choices import CASE_VARIABLE, DEFAULT_CASE, Choices
from mediaev.cli.display import output


def verb(*, example: str) -> Callable[[Callable[..., int]], click.Command]:
    """Declare a command with the shared options and a help that ends with an example.

    The function gets the `Choices` first and returns the exit code.
    """

    def declare(function: Callable[..., int]) -> click.Command:
        @functools.wraps(function)
        def run(*given: Any, **named: Any) -> int:
            passphrase_prompt.install()
            return function(*given, **named)

        command = click.command(epilog=_epilog(example), add_help_option=False)(click.pass_obj(run))
        command.params += SHARED
        return command

    return declare


def group(*, example: str) -> Callable[[Callable[[], None]], click.Group]:
    """Declare a verb that has verbs of its own, with the shared options and examples."""
    return click.group(params=SHARED, add_help_option=False, epilog=_epilog(example))


def _epilog(example: str) -> str:
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in example.splitlines())


def learned(function: Callable[..., Any]) -> Callable[..., Any]:
    """Declare the option that names a learned model."""
    return click.option(
        "--learned",
        metavar="FILE",
        callback=_named,
        help="Describe pictures with this learned model too (ONNX); `none` goes without one. "
        "Else $MEDIAEV_LEARNED, else what the case has.",
    )(function)


def _named(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value == "":
        raise click.BadParameter("it is empty; name an ONNX file, or `none`")
    return value


def _choices(ctx: click.Context) -> Choices:
    return ctx.ensure_object(Choices)


def _case(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value == "":
        raise click.BadParameter("it is empty; name the case's folder")
    if value is not None:
        _choices(ctx).case = value


def _form(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: FBT001
    choices = _choices(ctx)
    if not value:
        return
    if choices.form not in {"text", param.name}:
        raise click.UsageError("--json and --jsonl exclude each other", ctx)
    choices.form = str(param.name)


def _progress(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        _choices(ctx).progress = value


def _verbose(ctx: click.Context, _param: click.Parameter, value: int) -> None:
    _choices(ctx).verbosity += value


def _quiet(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001
    _choices(ctx).quiet |= value


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001
    if value and not ctx.resilient_parsing:
        output.line(f"mediaev {__version__}")
        ctx.exit()


def _help(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001
    # Not click's own: what cannot be written must not end as a defect of mediaev.
    if value and not ctx.resilient_parsing:
        output.write(f"{ctx.get_help()}\n")
        ctx.exit()


def _option(
    *names: str, callback: Callable[[click.Context, click.Parameter, Any], None], **settings: Any
) -> click.Option:
    return click.Option(names, expose_value=False, callback=callback, **settings)


SHARED: list[click.Parameter] = [
    _option(
        *("-C", "--case"),
        metavar="DIR",
        callback=_case,
        help=f"The case's folder; else ${CASE_VARIABLE}, else ./{DEFAULT_CASE}.",
    ),
    _option("--json", is_flag=True, callback=_form, help="Print one JSON document."),
    _option("--jsonl", is_flag=True, callback=_form, help="Print one JSON object a line."),
    _option(
        "--progress",
        type=click.Choice(["auto", "json", "none"]),
        callback=_progress,
        help="How to tell progress on standard error; auto: a bar on a terminal.",
    ),
    _option(
        *("-v", "--verbose"),
        count=True,
        callback=_verbose,
        help="Say more; -vv also shows where an unexpected error arose.",
    ),
    _option(
        *("-q", "--quiet"),
        is_flag=True,
        callback=_quiet,
        help="Print results and errors, nothing else.",
    ),
    _option(
        "--version",
        is_flag=True,
        is_eager=True,
        callback=_version,
        help="Print the version and end.",
    ),
    _option(
        *("-h", "--help"),
        is_flag=True,
        is_eager=True,
        callback=_help,
        help="Show this message and end.",
    ),
]
"""The options that may stand before or after the verb."""
