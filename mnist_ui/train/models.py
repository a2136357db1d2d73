"""The models that there are: compared, used, renamed, deleted, downloaded."""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Literal

import streamlit as st

from mnist_core.datasets import DATASETS
from mnist_core.errors import BundleError, ConfigError
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.model.archive import zipped_model
from mnist_core.model.bundle import CARD, SHIPPED, model_folder, model_names, read_card, read_history
from mnist_core.model.card import ModelCard
from mnist_core.model.library import delete_model, deleted_models, model_owner, rename_model, restore_model
from mnist_core.notebook.cells import as_notebook, as_script
from mnist_core.notebook.training import training_cells
from mnist_core.owners import folder_owner
from mnist_core.training.config import TrainingConfig, as_text, flat
from mnist_ui.choices import page_of
from mnist_ui.damaged import show_damaged
from mnist_ui.figures.curves import compared_curves
from mnist_ui.messages import explained, repeated
from mnist_ui.ownership import note_another, offer_return, own_first, own_marks, show_way_back
from mnist_ui.state import people, reader
from mnist_ui.widgets import download_buttons

# So many models are on a page.
IN_PAGE = 50


def names_of_page() -> list[str]:
    """The models on the page that the visitor turned to, the visitor's own first; the shipped one is on each."""
    own = [name for name in model_names() if name != SHIPPED]
    if len(own) > IN_PAGE:  # opening all would take a while
        own = own_first(sorted(own, key=_written, reverse=True), model_owner)
    return [SHIPPED, *page_of(own, IN_PAGE, "models-page")]


def _written(name: str) -> float:
    """When a model's card was written; 0 for one that is gone meanwhile."""
    try:
        return (model_folder(name) / CARD).stat().st_mtime
    except OSError:
        return 0.0


def readable_cards(names: Iterable[str] | None = None) -> dict[str, ModelCard]:
    """The cards of models that can be read, by default all, by name, the newest first."""
    cards = {}
    for name in model_names() if names is None else names:
        with suppress(BundleError):  # `show_damaged_models` says which
            cards[name] = read_card(model_folder(name))
    return dict(sorted(cards.items(), key=lambda item: item[1].created, reverse=True))


def show_damaged_models(names: Iterable[str], cards: dict[str, ModelCard]) -> None:
    """Those of some models that have no card that can be read, and a way to be rid of them."""
    owners = {name: model_owner(name) for name in names if name not in cards and name != SHIPPED}
    show_damaged(owners, delete_model, _("The model {name} is damaged and cannot be used."))


def show_table(cards: dict[str, ModelCard]) -> None:
    """One line a model."""
    measured = {name for card in cards.values() for name in card.scores}
    marks = own_marks({name: model_owner(name) for name in cards if name != SHIPPED})
    tests = {name: spec.test_title for name, spec in DATASETS.items() if name in measured}
    rows = [
        {"model": name}
        | ({"yours": marks.get(name, "")} if marks else {})
        | {title: 100 * card.scores[test].accuracy for test, title in tests.items() if test in card.scores}
        | {"weights": card.parameters, "epochs": card.epochs, "minutes": round(card.seconds / 60, 1)}
        for name, card in cards.items()
    ]
    titles = {"model": _("model"), "yours": _("yours"), "epochs": _("epochs"), "minutes": _("minutes")}
    weights = st.column_config.NumberColumn(_("weights"), format="localized")
    shares = {title: st.column_config.NumberColumn(_(title), format="%.2f %%") for title in tests.values()}
    st.dataframe(rows, hide_index=True, column_config={**titles, "weights": weights, **shares})


def show_comparison(cards: dict[str, ModelCard]) -> None:
    """Curves of some models laid over each other, and the settings that differ between them."""
    names = _own_first(cards)
    first = [name for name in names if name in (*names[:2], SHIPPED)]
    chosen = st.multiselect(_("Compare"), names, first, key="compared", persist_state="session")
    if not chosen:
        return
    histories = {}
    for name in chosen:
        with explained():
            histories[name] = read_history(model_folder(name), cards[name])
    for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        figure = compared_curves(histories, measure)
        column.plotly_chart(figure, key=f"compared-{measure}", config={"displayModeBar": False})
    configs = {}
    for name in chosen:
        with explained():
            configs[name] = TrainingConfig.from_json(cards[name].config)
    if rows := differences(configs):
        if any(row["setting"] == "data" for row in rows):
            st.caption(_("These have learned from other data and are checked on other validation images: mind that."))
        st.caption(_("Settings that are not the same for all of them:"))
        st.dataframe(rows, hide_index=True, column_config={"setting": _("setting")})


def differences(configs: dict[str, TrainingConfig]) -> list[dict[str, str]]:
    """The settings that differ between configs, one a row, with what each config says."""
    settings = {name: flat(config.to_json()) for name, config in configs.items()}
    keys = dict.fromkeys(key for each in settings.values() for key in each if key != "name")
    rows = [{"setting": key} | {name: as_text(each.get(key, "")) for name, each in settings.items()} for key in keys]
    return [row for row in rows if len({value for key, value in row.items() if key != "setting"}) > 1]


def show_actions(cards: dict[str, ModelCard]) -> None:
    """What can be done with one model."""
    name = st.selectbox(_("Model"), _own_first(cards), key="managed")
    with st.container(horizontal=True):
        use_button(name, "list")
        st.download_button(
            _("Download as zip"),
            partial(zipped_model, name),
            f"{name}.zip",
            "application/zip",
            on_click="ignore",
            icon=":material/download:",
            help=_("Keras, LiteRT and SavedModel files, model card and curves. It takes some seconds the first time."),
        )
        _show_notebook(name, cards[name])
        if name != SHIPPED and people.may_change(model_owner(name)):
            _show_rename(name)
            _show_delete(name)
        deleted = {item.id: (item.name, folder_owner(item.folder)) for item in deleted_models()}
        offer_return("models", deleted, restore_model, title=_("Deleted models"))
    if name != SHIPPED:
        note_another(model_owner(name), _("Somebody else's. You can use it and download it."))


def _show_notebook(name: str, card: ModelCard) -> None:
    """How a model was trained, to be done again without the app; why not, where that cannot be."""
    with st.popover(_("Notebook"), icon=":material/code:", key="notebook", on_change="rerun") as opened:
        if not opened.open:
            return
        try:
            cells = training_cells(card)
        except ConfigError as error:
            st.write(in_markdown(str(error)))
            return
        st.write(_("The same training in plain Keras, with a sentence before each step. It needs nothing of this app."))
        files = {
            "ipynb": (_("Jupyter notebook"), partial(as_notebook, cells)),
            "py": (_("Python script"), partial(as_script, cells)),
        }
        download_buttons(name, f"notebook-{name}", files)


def _own_first(names: Iterable[str]) -> list[str]:
    """Models in their order, the visitor's own before others' and these before the shipped one."""
    made = own_first([name for name in names if name != SHIPPED], model_owner)
    return [*made, *(name for name in names if name == SHIPPED)]


def use_button(name: str, place: str, kind: Literal["primary", "secondary"] = "secondary") -> None:
    """A button to draw with a model from now on; `place` tells it from others of the same model."""
    is_used = name == reader.model_name()
    label = _("This model reads your drawings") if is_used else _("Use this model for drawing")
    if st.button(label, type=kind, disabled=is_used, key=f"use-{place}-{name}", icon=":material/draw:"):
        reader.choose_model(name)
        st.switch_page("pages/draw.py")


def _show_rename(name: str) -> None:
    """Another name for a model."""
    with st.popover(_("Rename"), icon=":material/edit:"):
        new = st.text_input(_("New name"), name, key=f"rename-{name}")
        if st.button(_("Rename it"), disabled=new == name):
            with repeated():
                rename_model(name, new, people.actor())
                if reader.model_name() == name:
                    reader.choose_model(new)
                st.rerun()


def _show_delete(name: str) -> None:
    """Away with a model, after a second thought."""
    with st.popover(_("Delete"), icon=":material/delete:"):
        show_way_back(_("{model} can be brought back for a day.").format(model=in_markdown(name)))
        if reader.model_name() == name:
            st.write(_("It reads your drawings now; the model that came with the app will take its place."))
        if st.button(_("Delete it"), type="primary"):
            with repeated():
                delete_model(name, people.actor())
                if reader.model_name() == name:
                    reader.choose_model(SHIPPED)
                st.rerun()
