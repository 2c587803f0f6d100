"""The walkthrough: one screen, filled from the event stream of an audit."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import ContentSwitcher, Footer, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState, get_current_worker

from deliverkit.engine.audit import Event, Finished, Judged
from deliverkit.model.report import Outcome, Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Verdict
from deliverkit.resolver import Resolver
from deliverkit.texts import say
from deliverkit.wiring import examine
from deliverkit_tui import showing
from deliverkit_tui.families import FAMILIES, PLAN, State, checks_of, family_of, state

_FIRST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.SKIPPED, Verdict.PASS)


async def run(subject: Subject, resolver: Resolver) -> None:
    """Show the walkthrough of ``subject`` until the user quits."""
    await Walkthrough(subject, resolver).run_async()


class Happened(Message):
    """An event of the audit that the worker ``asking`` runs."""

    def __init__(self, event: Event, asking: Worker[None]) -> None:
        super().__init__()
        self.event = event
        self.asking = asking


class Row(Option):
    """A check on the right."""

    def __init__(self, prompt: Text, check_id: str) -> None:
        super().__init__(prompt)
        self.check_id = check_id


class Choice(OptionList):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", say("keys.open", file="tui")),
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]


class Paper(VerticalScroll):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
    ]

    def __init__(self, *, id: str) -> None:
        self._text = Static()
        super().__init__(self._text, id=id)

    def write(self, text: Text) -> None:
        self._text.update(text)


class Walkthrough(App[None]):
    """Keeps no state of its own but the outcomes so far and the last report."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #headline { height: auto; padding: 0 1; }
    OptionList, OptionList:focus { border: none; height: 1fr; }
    #families { width: 32; }
    ContentSwitcher { width: 1fr; border-left: solid $primary; }
    Paper { padding: 0 1; }
    OptionList > .option-list--option-highlighted { background: $surface-lighten-2; text-style: bold; }
    OptionList:focus > .option-list--option-highlighted { background: $primary-darken-3; color: $text; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", say("keys.back", file="tui")),
        Binding("r", "ask_again", say("keys.ask-again", file="tui")),
        Binding("question_mark,f1", "page", say("keys.page", file="tui"), key_display="?"),
        Binding("q", "quit", say("keys.quit", file="tui")),
    ]
    _asking: Worker[None]

    def __init__(self, subject: Subject, resolver: Resolver) -> None:
        super().__init__()
        self._subject = subject
        self._resolver = resolver
        self._outcomes: list[Outcome] = []
        self._report: Report | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="headline")
        with Horizontal():
            yield Choice(*FAMILIES, id="families")
            with ContentSwitcher(initial="outcomes"):
                yield Choice(id="outcomes")
                yield Paper(id="plan")
                yield Paper(id="page")
        yield Footer()

    def on_mount(self) -> None:
        self._families, self._checks = self.query(Choice)
        self._plan, self._page = self.query(Paper)
        self._right = self.query_one(ContentSwitcher)
        self._headline = self.query_one("#headline", Static)
        self._ask()
        self._families.highlighted = 0
        self._families.focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def _ask(self) -> None:
        self._outcomes, self._report = [], None
        self._asking = self.run_worker(self._examine, exclusive=True, exit_on_error=False)
        self._show()

    async def _examine(self) -> None:
        asking: Worker[None] = get_current_worker()
        async for event in examine(self._subject, self._resolver):
            self.post_message(Happened(event, asking))

    def on_happened(self, message: Happened) -> None:
        if message.asking is not self._asking:
            return  # of an audit that was given up
        match message.event:
            case Judged(outcome):
                self._outcomes.append(outcome)
                self._show()
            case Finished(report):
                self._outcomes, self._report = list(report.outcomes), report
                self._show()

    def on_worker_state_changed(self, message: Worker.StateChanged) -> None:
        if message.worker is self._asking and self._trouble:
            self._show()

    # What the keys do

    def action_ask_again(self) -> None:
        forget = getattr(self._resolver, "forget", None)
        if forget is not None:
            forget()
        self._ask()

    @on(OptionList.OptionHighlighted, "#families")
    def show_family(self) -> None:
        self._right.current = "plan" if self._family == PLAN else "outcomes"
        self._show()

    @on(OptionList.OptionSelected, "#families")
    def enter_family(self) -> None:
        self.show_family()
        (self._plan if self._family == PLAN else self._checks).focus()

    @on(OptionList.OptionSelected, "#outcomes")
    def action_page(self) -> None:
        row = self._checks.highlighted_option
        if self._right.current == "outcomes" and isinstance(row, Row):
            self._page.write(showing.check_page(row.check_id, self._width))
            self._right.current = "page"
            self._page.scroll_home(animate=False)
            self._page.focus()

    def action_leave(self) -> None:
        if self._right.current == "page":
            self.enter_family()
        else:
            self._families.focus()

    # What the screen shows

    @property
    def _width(self) -> int:
        return self._right.content_size.width - 4  # the padding and the scroll bar of a paper

    @property
    def _family(self) -> str:
        return FAMILIES[self._families.highlighted or 0]

    @property
    def _trouble(self) -> BaseException | None:
        return self._asking.error if self._asking.state is WorkerState.ERROR else None

    def _state(self, family: str) -> State:
        asking = not self._trouble
        if family == PLAN:
            outcomes = self._report.outcomes if self._report else ()
            return state(outcomes, complete=self._report is not None, asking=asking)
        outcomes = tuple(o for o in self._outcomes if family_of(o.check_id) == family)
        judged = {o.check_id for o in outcomes}
        complete = self._report is not None or judged.issuperset(checks_of(family))
        return state(outcomes, complete=complete, asking=asking)

    def _show(self) -> None:
        for index, family in enumerate(FAMILIES):
            prompt = showing.family(family, self._state(family))
            self._families.replace_option_prompt_at_index(index, prompt)
        overall = self._state(PLAN)
        headline = showing.headline(self._subject, self._outcomes, self._report, overall, self._trouble)
        self._headline.update(headline)
        if self._family == PLAN:
            self._plan.write(showing.plan(self._report, overall, self._width))
        rows = self._rows()
        # Whoever reads on the right stays at the check; for others the worst is at the top.
        row = self._checks.highlighted_option if self._checks.has_focus else None
        kept = (n for n, r in enumerate(rows) if isinstance(row, Row) and r.check_id == row.check_id)
        self._checks.set_options(rows)
        self._checks.highlighted = next(kept, 0) if rows else None

    def _rows(self) -> list[Row]:
        """The checks of the chosen family with their outcomes so far, what matters most first."""
        judged = [o for o in self._outcomes if family_of(o.check_id) == self._family]
        judged.sort(key=lambda o: (_FIRST.index(o.verdict), -o.severity))
        rows = [Row(showing.outcome(o), o.check_id) for o in judged]
        done = {o.check_id for o in judged}
        left = (i for i in checks_of(self._family) if i not in done and self._report is None)
        unjudged = State.UNKNOWN if self._trouble else State.WAITING
        return [*rows, *(Row(showing.unjudged(i, unjudged), i) for i in left)]
