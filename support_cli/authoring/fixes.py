"""What to do about each kind of fault of a pack, where the finding itself knows nothing better."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from support_cli.base.finding import Finding
from support_cli.base.i18n import N_, _
from support_cli.base.invocation import started

FIXES = {
    "T001": N_(
        "Every key is explained in {docs}/support-team.md; “{support} pack schema form” lets an editor complete them."
    ),
    "T002": N_("Name a question that is asked before, and a choice as it is written there."),
    "T003": N_("Give each its own name, or take one of them out."),
    "T004": N_("Put the whole text in quotes."),
    "T005": N_("Write one as forms/request.yml."),
    "T010": N_("Take it out, or change the condition so that somebody can meet it."),
    "T011": N_("Take it out of the condition."),
    "T012": N_("Take the condition out."),
    "T020": N_("Add a question of the type textarea with “role: details”."),
    "T021": N_("Leave the role with one of them."),
    "T022": N_("Give them different labels."),
    "T023": N_("Take the group out, or let the question be optional."),
    "T024": N_("Say “private: true”, or do not ask for it."),
    "T025": N_("Say with “why” what it is needed for, or do not ask for it."),
    "T026": N_("Give the question the type of its role."),
    "T027": N_("Change the sample, or the rules."),
    "T028": N_("Write it without a repetition inside a repetition."),
    "T040": N_("Let a file be no larger than all of them together."),
    "T041": N_("Raise “message”, or lower “total”."),
    "T042": N_("Take the endings out of one of the two lists."),
    "T043": N_("Change the limits, or do not ask for such files."),
    "T044": N_("Lead a route to it, make it the default_channel, or take it out."),
    "T045": N_("See “Channels and routes” in {docs}/support-team.md, and {docs}/desks.md."),
    "T046": N_("Say “private: true” of these questions."),
    "T047": N_("Put in the line that “{support} pack keygen FILE” printed."),
    "T048": N_("Write it as a customer can use it: help@example.org, https://example.org."),
    "T049": N_("Add it to pack.yml."),
    "T050": N_("Write the unit, as in 8MB."),
    "T051": N_("Take it out, or send to a desk."),
    "T060": N_("See “Documents” in {docs}/support-team.md."),
    "T061": N_("See in {docs}/support-team.md what a template can name."),
    "T062": N_("Write  answers.ID|default('')  where a form may not have it."),
    "T063": N_("Put answers between tags only, and show text: no scripts, forms, frames or pictures from elsewhere."),
    "T064": N_("Name it like a document, as ticket.md.j2, or delete it."),
    "T065": N_("Name it like a block of the template that this one extends."),
    "T070": N_("Translate it in this file; “{support} pack extract PACK” puts in what is missing."),
    "T071": N_("“{support} pack extract PACK” takes it out."),
    "T072": N_("Look at the translation, then take the word “fuzzy” out."),
    "T073": N_("Write the same words in braces into the translation."),
    "T074": N_("Translate them differently."),
    "T075": N_("Mend it with a text editor, or delete the file and let “{support} pack extract PACK” begin anew."),
    "T076": N_("Nothing is wrong with the pack; it is good to know."),
    "T077": N_("Let “{support} pack extract PACK LANGUAGE” begin it, or name another language."),
    "T078": N_("“{support} pack compile PACK” makes it anew."),
    "T080": N_("Write the title into the front matter, and the answer below it."),
    "T081": N_("Choose words that customers would write."),
    "T082": N_("Choose words that customers would write, each for one topic."),
    "T083": N_("Translate it, beside the original."),
    "T090": N_("Write down answers and what shall come of them, as tests/first.yml."),
    "T091": N_("Put it into docs, take it out, or see whether its name is right."),
}
"""Code to a sentence."""


def with_fixes(findings: Iterable[Finding]) -> list[Finding]:
    """Gives every finding of ours that does not say what to do the general advice for its kind."""
    docs = docs_folder()
    return [
        one
        if one.fix or one.code not in FIXES
        else msgspec.structs.replace(one, fix=_(FIXES[one.code]).format(docs=docs, support=started()))
        for one in findings
    ]


def docs_folder() -> Path:
    """Where the pages for support teams lie: beside the modules of a wheel, or in a checkout."""
    packed = Path(__file__).parent.parent / "docs"
    return packed if packed.is_dir() else packed.parent.parent / "docs"
