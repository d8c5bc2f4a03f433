"""The parts every page is built from: `{% load ui %}`.

Tags take plain values or any object with the attributes named in the protocols below, so that the floors
underneath pass their own frozen dataclasses and import nothing from here. `/design/` shows each in every state.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from liaocheng_aid.templatetags import ui_forms, ui_lists
from liaocheng_aid.templatetags.ui_figures import fen_to_yuan, fen_to_yuan_signed, group_digits
from liaocheng_aid.templatetags.ui_inline import inline

register = template.Library()
for library in (ui_forms.register, ui_lists.register):
    register.tags.update(library.tags)
register.filter("money", fen_to_yuan)
register.filter("signed", fen_to_yuan_signed)
register.filter("thousands", group_digits)

CLOCK_ICONS = {"calm": "calm", "half": "half", "soon": "soon", "over": "over", "urgent": "urgent", "hold": "hold"}
TONE_ICONS = {"info": "info", "ok": "done", "warn": "soon", "bad": "urgent", "plain": "info"}
SLOT_ICONS = {"here": "file", "wanted": "file", "sending": "up", "again": "no", "spared": "done"}
SLOT_CLASSES = {"here": "", "wanted": "none", "sending": "", "again": "wrong", "spared": "spared"}


class Clock(Protocol):
    """`kind` calm | half | soon | over | urgent | hold; `words` 剩 4 工作日.

    Optional: `detail`, the line below; `seconds_left`, which makes an urgent clock count down.
    """

    kind: str
    words: str


class Stage(Protocol):
    """`state` done | now | later | stopped; `note` says who and when ("" for none)."""

    label: str
    note: str
    state: str


class Term(Protocol):
    """One figure of a formula: `operator` "" × − = , `figure` already in words, `name` under it."""

    operator: str
    figure: str
    name: str


class Slot(Protocol):
    """A paper: `state` here | wanted | sending | again | spared; `links` pairs of (label, url)."""

    title: str
    note: str
    state: str
    links: Sequence[tuple[str, str]]


class Entry(Protocol):
    """One event of a history: `at` a date or an aware datetime; `who` with office; `lines` plain sentences.

    Optional: `changes`, triples of (what, before, after).
    """

    at: date
    fact: str
    who: str
    lines: Sequence[str]


@register.filter("yuan")
def yuan(fen: int | None) -> str:
    """¥1,234.00 out of fen; "--" where nothing is known."""
    return fen_to_yuan(fen, sign="¥")


@register.simple_tag(name="icon")
def icon(name: str, label: str = "") -> SafeString:
    """A shape of the sprite. Without a label it is hidden from screen readers: a word stands beside it."""
    if label:
        return format_html('<svg class="i" role="img" aria-label="{}"><use href="#i-{}"/></svg>', label, name)
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag(name="button")
def button(
    label: str,
    kind: str = "plain",
    *,
    name: str = "",
    value: str = "",
    type: str = "submit",
    keys: str = "",
    why: str = "",
    icon: str = "",
    wide: bool = False,
    form: str = "",
    action: str = "",
    id: str = "",
) -> SafeString:
    """A button named verb + object. `kind` main | plain | stop | text.

    `why` makes it unavailable yet focusable, with the reason beside it; `keys` is printed on it and pressed for it.
    """
    return inline(
        "button",
        {
            "label": label,
            "kind": kind,
            "name": name,
            "value": value,
            "type": "button" if why else type,
            "keys": keys,
            "why": why,
            "icon": icon,
            "wide": wide,
            "form": form,
            "action": action,
            "id": id,
        },
    )


@register.simple_tag(name="act")
def act(
    label: str, url: str, kind: str = "act", *, keys: str = "", dialog: str = "", icon: str = "", about: str = ""
) -> SafeString:
    """A link named by its verb. `kind` act (end of a row) | main | plain | stop | text | link.

    `dialog` opens that dialog instead of following the link where there is JavaScript; `about` is added for
    screen readers when many rows end in the same verb.
    """
    return inline(
        "act", {"label": label, "url": url, "kind": kind, "keys": keys, "dialog": dialog, "icon": icon, "about": about}
    )


@register.simple_tag(name="clock")
def clock(time: Clock) -> SafeString:
    """The time a step has left: shape, word, weight, then colour."""
    return inline(
        "clock",
        {
            "kind": time.kind,
            "icon": CLOCK_ICONS[time.kind],
            "words": time.words,
            "detail": getattr(time, "detail", ""),
            "seconds_left": getattr(time, "seconds_left", None),
        },
    )


@register.simple_tag(name="badge")
def badge(label: str, tone: str = "plain", icon: str = "") -> SafeString:
    """The name of a state. `tone` plain | info | warn | bad | ok | hold (hold is dashed: not final)."""
    return inline("badge", {"label": label, "tone": tone, "icon": icon or ("done" if tone == "ok" else "")})


@register.simple_tag(name="state")
def state(words: str, icon: str = "", tone: str = "plain") -> SafeString:
    """A shape and a word in running text. `tone` plain | strong | half | soon | over | hold."""
    return inline("state", {"words": words, "icon": icon, "tone": tone})


@register.simple_tag(name="count")
def count(number: int | None, tone: str = "plain", cap: int = 999) -> SafeString:
    """How many there are: nothing for none, "999+" above `cap`. `tone` plain | warn | bad."""
    shown = "" if not number else (f"{cap}+" if number > cap else str(number))
    return inline("count", {"shown": shown, "tone": tone})


@register.inclusion_tag("components/stages.html", name="stages")
def stages(items: Iterable[Stage], label: str = "办理进度") -> dict[str, Any]:
    """The stage bar: done filled, now ringed and bold, later hollow, stopped crossed."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/timeline.html", name="timeline")
def timeline(entries: Iterable[Entry]) -> dict[str, Any]:
    """The history, in the order given (newest first): when, what, who and office, before → after."""
    rows = []
    year: int | None = None
    for entry in entries:
        at = timezone.localtime(entry.at) if isinstance(entry.at, datetime) else entry.at
        rows.append(
            {
                "iso": at.isoformat(timespec="minutes") if isinstance(at, datetime) else at.isoformat(),
                "day": at.strftime("%m-%d"),
                "year": "" if year in (None, at.year) else str(at.year),
                "time": at.strftime("%H:%M") if isinstance(at, datetime) else "",
                "fact": entry.fact,
                "who": entry.who,
                "lines": entry.lines,
                "changes": getattr(entry, "changes", ()),
            }
        )
        year = at.year
    return {"rows": rows}


@register.inclusion_tag("components/formula.html", name="formula")
def formula(terms: Iterable[Term], law: str = "") -> dict[str, Any]:
    """标准 × 人数 − 核定收入 = 补差, figures over their names; the term after "=" carries the double rule."""
    return {"terms": terms, "law": law}


@register.inclusion_tag("components/ledger.html", name="ledger")
def ledger(terms: Iterable[Term], law: str = "") -> dict[str, Any]:
    """The formula for the rail: one line each, like an account book."""
    return {"terms": terms, "law": law}


@register.inclusion_tag("components/figure.html", name="figure")
def figure(words: str, name: str, *, big: bool = False, url: str = "") -> dict[str, Any]:
    """A number with its name over it; `url` leads to the list behind it."""
    return {"words": words, "name": name, "big": big, "url": url}


@register.inclusion_tag("components/note.html", name="note")
def note(
    words: str, tone: str = "info", *, title: str = "", url: str = "", link: str = "", live: bool = False
) -> dict[str, Any]:
    """A standing fact. `tone` info | ok | warn | bad | plain; `live` announces it when it appears."""
    return {
        "words": words,
        "tone": tone,
        "icon": TONE_ICONS[tone],
        "title": title,
        "url": url,
        "link": link,
        "live": live,
    }


@register.inclusion_tag("components/toast.html", name="toast", takes_context=True)
def toast(context: template.Context, words: str, undo: str = "") -> dict[str, Any]:
    """A passing receipt; `undo` is the address its 撤销 posts to."""
    return {"words": words, "undo": undo, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/flashes.html", name="flashes", takes_context=True)
def flashes(context: template.Context) -> dict[str, Any]:
    """Django's messages: notes by level; `extra_tags="undo:/url/"` makes one a toast with 撤销."""
    notes, toasts = [], []
    tones = {"debug": "plain", "info": "info", "success": "ok", "warning": "warn", "error": "bad"}
    for message in context.get("messages") or ():
        extra = message.extra_tags or ""
        if extra.startswith("undo:"):
            toasts.append({"words": str(message), "undo": extra.removeprefix("undo:")})
        else:
            notes.append({"words": str(message), "tone": tones[message.level_tag]})
    return {"notes": notes, "toasts": toasts, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/empty_state.html", name="empty_state")
def empty_state(words: str, url: str = "", label: str = "") -> dict[str, Any]:
    """Nothing here, said plainly, with the next act."""
    return {"words": words, "url": url, "label": label}


@register.inclusion_tag("components/progress.html", name="progress")
def progress(
    done: int,
    total: int,
    words: str,
    *,
    url: str = "",
    then: str = "",
    id: str = "progress",
) -> dict[str, Any]:
    """How far a job is. `url` answers {"done", "total", "words", "finished", "then"}; it is asked each second."""
    return {"done": done, "total": total, "words": words, "url": url, "then": then, "id": id}


@register.inclusion_tag("components/slot.html", name="slot")
def slot(paper: Slot, width: str = "c6") -> dict[str, Any]:
    """A place for a paper: here, wanted, sending, to be sent again, or not needed."""
    return {
        "title": paper.title,
        "note": paper.note,
        "state": paper.state,
        "links": paper.links,
        "icon": SLOT_ICONS[paper.state],
        "class": SLOT_CLASSES[paper.state],
        "percent": getattr(paper, "percent", None),
        "width": width,
    }


@register.inclusion_tag("components/reveal.html", name="reveal", takes_context=True)
def reveal(context: template.Context, masked: str, url: str, what: str) -> dict[str, Any]:
    """A masked value and the act that shows it whole for 60 seconds; the address answers {"value"} and is audited."""
    return {"masked": masked, "url": url, "what": what, "csrf_token": context.get("csrf_token")}


@register.simple_block_tag(name="panel")
def panel(
    content: str,
    title: str,
    id: str,
    *,
    quiet: str = "",
    link: str = "",
    url: str = "",
    tone: str = "",
) -> str:
    """A sheet of work with a name; `quiet` beside it, `link`/`url` at the end of the head."""
    context = {"content": content, "title": title, "id": id, "quiet": quiet, "link": link, "url": url, "tone": tone}
    return render_to_string("components/panel.html", context)


@register.simple_block_tag(name="part")
def part(content: str, number: int, title: str, id: str) -> str:
    """One numbered part of a long form, in the order of the paper. The content is the grid of fields."""
    return render_to_string("components/part.html", {"content": content, "number": number, "title": title, "id": id})


@register.simple_block_tag(name="callout")
def callout(content: str, tone: str = "info", title: str = "") -> str:
    """A note with more than a sentence in it."""
    context = {"content": content, "tone": tone, "icon": TONE_ICONS[tone], "title": title}
    return render_to_string("components/callout.html", context)


@register.simple_block_tag(name="dialog", takes_context=True)
def dialog(
    context: template.Context,
    content: str,
    id: str,
    title: str,
    *,
    action: str = "",
    act: str = "",
    cancel: str = "",
    tone: str = "",
    open: bool = False,
) -> str:
    """A question about what cannot be undone; the content states the facts and the amount, and may hold fields.

    With `action` and `act` the whole is a form that posts there. Opened by `{% act … dialog=id %}`.
    """
    shown: dict[str, Any] = {"content": content, "id": id, "title": title, "action": action, "act": act}
    shown |= {"cancel": cancel, "tone": tone, "open": open, "csrf_token": context.get("csrf_token")}
    return render_to_string("components/dialog.html", shown)


@register.simple_block_tag(name="scroll")
def scroll(content: str, label: str) -> str:
    """The box of a table: it alone may scroll sideways, and it can be focused to do so."""
    return render_to_string("components/scroll.html", {"content": content, "label": label})
