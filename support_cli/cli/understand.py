"""``support understand``."""

from typing import Annotated

import typer

from support_cli.base.i18n import _
from support_cli.cli import console, flags
from support_cli.cli.flags import open_context
from support_cli.cli.parser import command_app

app = command_app()


@app.command(help=_("Say what a story tells, and what would still be asked; nothing is written or sent."))
def understand(
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("A file with the story; - for standard input."))],
    pack: flags.PackName = "",
) -> None:
    """Parses, reads, prints."""
    from support_cli.requests.review import value_text
    from support_cli.requests.understanding import explain

    context = open_context(no_input=True)
    told = explain(context.bench, file, pack)
    if context.flags.json:
        console.product_json(told.as_json())
        return
    texts = told.reading.pack.texts(context.language)
    rows = []
    for question in told.reading.form.questions:
        one = told.reading.found.get(question.id)
        if one is not None:
            start, end = one.spans[0]
            words = " ".join(told.reading.story.text[start:end].split())
            mark = "" if one.sure else _("perhaps")
            rows.append([question.id, value_text(question, one.value, texts), mark, f"“{words}”"])
    title = texts.get(told.reading.form.name, told.reading.form.name)
    lines = [f"{told.reading.pack.manifest.name} · {title}", console.columns(rows)]
    if told.not_ours:
        lines.insert(0, told.not_ours)
    asked = [f"  {one.id}  {texts.get(one.label, one.label)}" for one in told.questions]
    lines += [_("Would be asked:"), *asked] if asked else [_("Nothing else would be asked.")]
    console.product("\n".join(filter(None, lines)))
