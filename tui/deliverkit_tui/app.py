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

from deliverkit.engine import registry
from deliverkit.engine.audit import Event, Finished, Judged
from deliverkit.model.report import Outcome, Report
from deliverkit.model.subject import Subject
from deliverkit.model.verdict import Prediction, Verdict
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
    """An event of the audit that ``asking`` runs."""

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

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def write(self, text: Text) -> None:
        self.query_one(Static).update(text)


class Walkthrough(App[None]):
    """Keeps no state of its own but the outcomes so far and the last report."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #headline { height: auto; padding: 0 1; }
    OptionList, OptionList:focus { border: none; height: 1fr; }
    #families { width: 32; }
    ContentSwitcher { width: 1fr; border-left: solid $primary; }
    Paper { padding: 0 1; }
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
        yield Static(id="headline", markup=False)
        with Horizontal():
            yield Choice(*(Option("", id=family) for family in FAMILIES), id="families")
            with ContentSwitcher(initial="outcomes"):
                yield Choice(id="outcomes")
                yield Paper(id="plan")
                yield Paper(id="page")
        yield Footer()

    def on_mount(self) -> None:
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
        if message.worker is self._asking and message.state is WorkerState.ERROR:
            self._show()

    # What the keys do

    def action_ask_again(self) -> None:
        forget = getattr(self._resolver, "forget", None)
        if forget is not None:
            forget()
        self._ask()

    @on(OptionList.OptionHighlighted, "#families")
    def action_open_family(self) -> None:
        self._right.current = "plan" if self._family == PLAN else "outcomes"
        self._show()

    @on(OptionList.OptionSelected, "#families")
    def action_enter_family(self) -> None:
        self.action_open_family()
        self.query_one(f"#{self._right.current}").focus()

    @on(OptionList.OptionSelected, "#outcomes")
    def action_page(self) -> None:
        if self._right.current != "outcomes" or self._check is None:
            return
        paper = self.query_one("#page", Paper)
        paper.write(showing.check_page(self._check, self._width))
        self._right.current = "page"
        paper.scroll_home(animate=False)
        paper.focus()

    def action_leave(self) -> None:
        if self._right.current == "page":
            self.action_enter_family()
        else:
            self._families.focus()

    # What the screen shows

    @property
    def _families(self) -> OptionList:
        return self.query_one("#families", OptionList)

    @property
    def _right(self) -> ContentSwitcher:
        return self.query_one(ContentSwitcher)

    @property
    def _width(self) -> int:
        return self._right.content_size.width - 4  # the padding and the scroll bar of a paper

    @property
    def _family(self) -> str:
        return FAMILIES[self._families.highlighted or 0]

    @property
    def _check(self) -> str | None:
        """The one under the cursor on the right."""
        row = self.query_one("#outcomes", OptionList).highlighted_option
        return row.check_id if isinstance(row, Row) else None

    @property
    def _is_asking(self) -> bool:
        return self._report is None and self._asking.state is not WorkerState.ERROR

    def _state(self, family: str) -> State:
        if family == PLAN:
            outcomes = self._report.outcomes if self._report else ()
            return state(outcomes, complete=self._report is not None, asking=self._is_asking)
        outcomes = tuple(o for o in self._outcomes if family_of(o.check_id) == family)
        judged = {o.check_id for o in outcomes}
        return state(outcomes, complete=judged.issuperset(checks_of(family)), asking=self._is_asking)

    def _rows(self) -> list[Row]:
        """The checks of the chosen family with their outcomes so far, what matters most first."""
        ids = () if self._family == PLAN else checks_of(self._family)
        judged = [o for o in self._outcomes if o.check_id in ids]
        judged.sort(key=lambda o: _FIRST.index(o.verdict))
        rows = [Row(showing.outcome(o), o.check_id) for o in judged]
        open_ids = (i for i in ids if all(o.check_id != i for o in judged))
        return [*rows, *(Row(showing.waiting(i, asking=self._is_asking), i) for i in open_ids)]

    def _show(self) -> None:
        for index, family in enumerate(FAMILIES):
            prompt = showing.family(family, self._state(family))
            self._families.replace_option_prompt_at_index(index, prompt)
        headline = Text("\n").join([showing.question(self._subject.domain), Text(self._headline())])
        self.query_one("#headline", Static).update(headline)
        self.query_one("#plan", Paper).write(showing.plan(self._report, self._state(PLAN), self._width))
        self._show_outcomes()

    def _show_outcomes(self) -> None:
        choice, rows = self.query_one("#outcomes", OptionList), self._rows()
        # Whoever reads stays at the check; for others the worst is at the top.
        kept = [n for n, row in enumerate(rows) if choice.has_focus and row.check_id == self._check]
        choice.set_options(rows)
        if rows:
            choice.highlighted = kept[0] if kept else 0

    def _headline(self) -> str:
        if self._asking.state is WorkerState.ERROR and self._asking.error:
            return showing.trouble(self._asking.error)
        if self._report is None:
            judged, planned = len({o.check_id for o in self._outcomes}), len(registry.ids())
            key = "asking" if judged < planned else "waiting"
            return say(f"headline.{key}", file="tui", judged=judged, planned=planned)
        if self._report.prediction in (Prediction.YES, Prediction.SOME):
            return say(f"answer.{self._report.prediction}")
        known = State.UNKNOWN if self._report.prediction is Prediction.UNKNOWN else self._state(PLAN)
        return say(f"headline.{known}", file="tui")
