"""``dslint completion``: the shell's completion script."""

from __future__ import annotations

import click

from dslint.cli.output import write


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    r"""Print the completion script of SHELL.

    \b
    bash: echo 'eval "$(dslint completion bash)"' >> ~/.bashrc
    zsh:  echo 'eval "$(dslint completion zsh)"' >> ~/.zshrc
    fish: dslint completion fish > ~/.config/fish/completions/dslint.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    write(kind(ctx.find_root().command, {}, "dslint", "_DSLINT_COMPLETE").source())
