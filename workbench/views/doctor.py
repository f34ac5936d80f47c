"""Doctor: what is wrong with the training, in plain words, and buttons that mend it."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.data.datasets import load_samples
from core.errors import UserError
from core.network.spec import ModelSpec
from core.results import Table
from core.training.doctor import Cure, Finding, diagnose
from core.training.settings import Stop, TrainParams
from core.training.train import TrainingReport
from workbench.coach import NOT_OURS, SETTINGS
from workbench.parts import scrolled, tight
from workbench.saved_params import save_params, saved_params
from workbench.session import Session
from workbench.view import View
from workbench.widgets.empty import EmptyState
from workbench.widgets.finding_card import FindingCard

NO_NETWORK = "Open a network first."
BEFORE = "Train the network: what goes wrong is told here, with what helps."
HEALTHY = "Nothing to complain about."


class DoctorView(View):
    """A card for each finding; a cure is applied at one press, and undone as any edit."""

    title = "Doctor"
    menu = "Network"
    workspace = "Train"
    needs = frozenset({"training", "data", "model"})

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._classes: dict[str, tuple[str, ...]] = {}
        self._reading = ""
        self._findings: tuple[Finding, ...] = ()
        self.cards: tuple[FindingCard, ...] = ()
        self.empty = EmptyState(BEFORE)
        inner = QWidget()
        self._column = tight(QVBoxLayout(inner))
        self._column.addStretch(1)
        self.area = scrolled(inner)
        whole = tight(QVBoxLayout(self))
        whole.addWidget(self.area)
        whole.addWidget(self.empty)

    def update_view(self) -> None:
        """Ask what is wrong, and say it."""
        model = self.session.model
        if model is None or model.spec is None:
            self._show((), NO_NETWORK if model is None else NOT_OURS)
            return
        report = self._report(model.spec)
        params = saved_params(self.session, SETTINGS, TrainParams)
        seen, curves = (report.observation, report.curves) if report else (None, None)
        found = diagnose(seen, curves, model.spec, params, self._class_names(report))
        self._show(found, BEFORE if seen is None else HEALTHY)
        self.set_subtitle(f"{model.name} · step {report.step:,}" if report else model.name)

    def exportable(self) -> Table | None:
        """What is wrong, a row each."""
        rows = tuple((one.title, one.layer, one.sentence) for one in self._findings)
        return Table(("finding", "layer", "sentence"), rows) if rows else None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is on show."""
        return self._findings

    def _report(self, spec: ModelSpec) -> TrainingReport | None:
        """The newest report, if it is about the open network as it is."""
        training = self.session.now.training
        if training is None or training.report.snapshot.model.spec != spec:
            return None
        return training.report

    def _class_names(self, report: TrainingReport | None) -> tuple[str, ...]:
        """Those of the training, else of the data set that is chosen for one."""
        if report is not None:
            return tuple(report.snapshot.model.classes)
        data = self.session.now.data
        if data and data not in self._classes and data != self._reading:
            self._reading = data
            self.session.start(
                "Reading the data set",
                partial(_read_classes, data),
                lane="io",
                key="doctor classes",
                on_done=partial(self._on_classes, data),
                on_error=self._on_error,
            )
        return self._classes.get(data, ())

    def _on_classes(self, data: str, classes: tuple[str, ...]) -> None:
        self._classes[data] = classes
        self._reading = ""
        self.update_view()

    def _on_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error  # that the data set cannot be read is told where the training is started

    def _show(self, found: tuple[Finding, ...], otherwise: str) -> None:
        """The cards; those whose buttons are the same stay where they are."""
        before, self._findings = self._findings, found
        if [_face(one) for one in before] != [_face(one) for one in found]:
            self._make_cards(found)
        for card, one in zip(self.cards, found, strict=True):
            card.say(one.sentence)
        self._allow()
        self.area.setVisible(bool(found))
        self.empty.setVisible(not found)
        if self.empty.text != otherwise:
            self.empty.set_text(otherwise)

    def _make_cards(self, found: tuple[Finding, ...]) -> None:
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = tuple(FindingCard(one.title, [c.title for c in one.cures]) for one in found)
        for place, card in enumerate(self.cards):
            card.pressed.connect(partial(self._on_cure, place))
            self._column.insertWidget(place, card)

    def _allow(self) -> None:
        """While it trains the network stays; the buttons that would change it say so."""
        training = self.session.coach.is_running
        for card, one in zip(self.cards, self._findings, strict=True):
            for button, cure in zip(card.buttons, one.cures, strict=True):
                waits = training and isinstance(cure.change, ModelSpec)
                pointless = not training and isinstance(cure.change, Stop)
                button.setEnabled(not waits)
                button.setToolTip("Stop the training first: this changes the network" * waits)
                button.setVisible(not pointless)

    def _on_cure(self, place: int, button: int) -> None:
        self._apply(self._findings[place].cures[button])

    def _apply(self, cure: Cure) -> None:
        if isinstance(cure.change, ModelSpec):
            self.session.edit_spec(cure.change, self.session.document.layer, apart=True)
        elif isinstance(cure.change, TrainParams):
            save_params(self.session, SETTINGS, cure.change)
        else:
            self.session.coach.stop()
        self.session.say(f"{cure.title}: done.")


def _read_classes(data: str) -> tuple[str, ...]:
    return load_samples(data, "train").classes


def _face(finding: Finding) -> tuple[str, ...]:
    """What a card's title and buttons say."""
    return finding.title, *(cure.title for cure in finding.cures)
