"""A class together, without a page: the address, the keys, who draws what, and what came of it."""

import itertools
import random
from collections import Counter

import pytest

from mnist_core import paths
from mnist_core.collection import Entry, Filter, classes, open_collection
from mnist_core.collection.packing import MOST_STROKES
from mnist_core.errors import CollectionError, DrawingError, LimitError
from mnist_core.owners import new_token
from mnist_ui.classroom import wall
from mnist_ui.classroom.address import VARIABLE, find_address, is_address, local_addresses
from mnist_ui.classroom.class_result import DOUBT, result_of
from mnist_ui.figures import classroom
from mnist_ui.state import guesses, membership
from mnist_ui.state.keyring import MOST, Keyring, is_keys
from mnist_ui.state.limits import OF_CLIENT, Limit
from mnist_ui.state.membership import MOST_A_MINUTE, MOST_JOINS, MOST_WRONG_CODES, Membership
from mnist_ui.state.visitor import Visitor, is_kept
from tests.strokes import DIGITS
from tests.visitors import SEVEN, reading

KEY = "0123456789abcdef" * 2
HERE = ["192.168.1.20", "10.0.0.7"]
NASTY = '4b <img src=x onerror="alert(1)"> & co'


class Reader:
    """A recognizer that reads what it is told to."""

    def __init__(self, *digits, **how):
        self.digits, self.how = list(digits), how

    def predict(self, drawing):
        return reading(self.digits.pop(0), **self.how)


@pytest.fixture(autouse=True)
def own_limits(monkeypatch):
    monkeypatch.setattr(membership, "wrong_codes_of_client", Limit(1000))
    monkeypatch.setattr(membership, "joins_of_client", Limit(1000))
    monkeypatch.setattr(membership, "sent_of_client", Limit(1000))


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that were made, in seconds; none of them takes any time."""
    made = []
    monkeypatch.setattr(guesses.time, "sleep", made.append)
    return made


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    """One for all tests, each of which has a class of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(tmp_path_factory.mktemp("classes")))
        yield open_collection()


@pytest.fixture
def group(collection):
    return collection.classes.open(NASTY)[0]


@pytest.fixture
def phone(collection, group):
    """A member of the class, and its token."""
    member, owner = Membership(), new_token()
    member.find(collection, group.code, owner)
    member.join(collection, owner)
    return member, owner


def as_strokes(digit):
    return [{"width": 20, "points": [list(point) for point in stroke]} for stroke in DIGITS[digit]]


def send(collection, phone, read, **how):
    member, owner = phone
    member.sketch.update(as_strokes(member.called))
    return member.send(collection, Reader(read, **how), "default", owner)


# ---- the address ----


@pytest.mark.parametrize(
    ("seen", "listens", "here", "expected"),
    [
        ("http://localhost:8501/class", None, HERE, "http://192.168.1.20:8501"),
        ("http://127.0.0.1:8600/mnist/class", "0.0.0.0", HERE, "http://192.168.1.20:8600/mnist"),
        ("http://[::1]:8501/class", None, HERE, "http://192.168.1.20:8501"),
        ("https://studio.example.org/class", "127.0.0.1", HERE, "https://studio.example.org"),
        ("https://example.org/a/b/class/", None, [], "https://example.org/a/b"),
        ("http://192.168.1.9:8501/", None, HERE, "http://192.168.1.9:8501"),
        ("http://classroom:8501/class", None, HERE, "http://classroom:8501"),
        (None, None, HERE, "http://192.168.1.20:8502"),
        ("javascript:alert(1)//class", None, HERE, "http://192.168.1.20:8502"),
    ],
)
def test_the_address_is_the_one_that_phones_reach(seen, listens, here, expected):
    address = find_address(seen, 8502, listens, here)
    assert (address.base, address.is_local) == (expected, False)
    assert address.of_class("ACD349", model="my model") == f"{expected}/class?join=ACD349&model=my+model"


@pytest.mark.parametrize(("listens", "here"), [("127.0.0.1", HERE), ("localhost", HERE), (None, [])])
def test_who_answers_this_machine_alone_says_so(listens, here):
    address = find_address("http://localhost:8501/class", 8501, listens, here)
    assert address.is_local
    assert address.base == "http://localhost:8501"


def test_an_address_can_be_named(monkeypatch):
    monkeypatch.setenv(VARIABLE, "https://digits.example.org/hall/")
    assert find_address("http://localhost:8501/class", 8501, None, HERE).base == "https://digits.example.org/hall"
    monkeypatch.setenv(VARIABLE, 'https://x"onmouseover=alert(1)')
    assert find_address(None, 8501, None, HERE).base == "http://192.168.1.20:8501"


@pytest.mark.parametrize(
    "text",
    ["", "ftp://a", "http://", "https://a?b", "https://u@a", "http://a:99999999", "http://a b", "http://" + "a" * 300],
)
def test_what_is_no_address_is_refused(text):
    assert not is_address(text)


def test_this_machines_addresses_are_no_loopback():
    assert all(is_address(f"http://{each}") and not each.startswith("127.") for each in local_addresses())


# ---- keys and limits ----


def test_a_keyring_shows_the_last_class_and_tells_each_change():
    ring = Keyring()
    assert ring.take({"AAAAAA": KEY, "CCCCCC": KEY[::-1]})
    assert (ring.code, ring.edition) == ("CCCCCC", 0)
    ring.choose("AAAAAA")
    assert (ring.code, ring.changed, ring.edition) == ("AAAAAA", ("AAAAAA", KEY), 1)
    ring.forget("AAAAAA")
    assert (ring.code, ring.changed) == ("CCCCCC", ("AAAAAA", ""))


def test_a_class_that_was_opened_before_the_browser_told_stays_shown():
    ring = Keyring()
    ring.add("EEEEEE", KEY)
    ring.take({"AAAAAA": KEY})
    assert list(ring.keys) == ["AAAAAA", "EEEEEE"]


@pytest.mark.parametrize(
    "known",
    [
        None,
        [],
        "x",
        {"AAAAAA": "short"},
        {"AAAAAA": 7},
        {"aaaaaa": KEY},
        {"<b>": KEY},
        {7: KEY},
        {f"A{number:05d}": KEY for number in range(MOST + 1)},
    ],
)
def test_crafted_keys_are_refused(known):
    ring = Keyring()
    assert not is_keys(known)
    assert not ring.take(known)
    assert (ring.keys, ring.is_met) == ({}, False)


def test_a_browser_keeps_no_more_keys_than_it_may():
    ring = Keyring()
    for number in range(MOST + 3):
        ring.add(f"A{number:05d}", KEY)
    assert len(ring.keys) == MOST
    assert ring.code == f"A{MOST + 2:05d}"


def test_a_member_is_kept_by_the_browser():
    visitor = Visitor()
    assert visitor.kept() is None
    visitor.change(is_member=True)
    kept = visitor.kept()
    assert is_kept(kept)
    other = Visitor()
    assert other.take(kept)
    assert (other.token, other.keeps, other.is_member) == (visitor.token, None, True)
    assert not is_kept(kept | {"member": "yes"})
    assert not is_kept(kept | {"member": False})
    other.forget()
    assert other.kept() is None


# ---- a phone ----


def test_the_ten_digits_are_called_in_turn(collection, phone):
    member, _ = phone
    called = []
    for _ in range(20):
        called.append(member.called)
        send(collection, phone, called[-1])
    assert [sorted(called[start : start + 10]) for start in (0, 10)] == [list(range(10))] * 2
    assert all(one != other for one, other in itertools.pairwise(called))


def test_phones_begin_with_different_digits():
    firsts = Counter()
    for seed in range(200):
        member = Membership()
        member.call(random.Random(seed))
        firsts[member.called] += 1
    assert len(firsts) == 10


def test_what_is_sent_is_kept_for_the_class_alone(collection, group, phone):
    member, owner = phone
    called = member.called
    entry = send(collection, phone, (called + 1) % 10)
    assert (entry.label, entry.digit, entry.group, entry.alias) == (called, (called + 1) % 10, group.id, member.alias)
    assert member.sketch.strokes == []
    assert member.called != called
    assert [each.id for each in collection.drawings.entries(Filter(owner=owner, group=group.id))] == [entry.id]


def test_a_reload_finds_name_and_count_again(collection, group, phone):
    member, owner = phone
    done = [member.called]
    send(collection, phone, 3)
    again = Membership()
    again.find(collection, group.code.lower(), owner)
    assert (again.alias, sum(again.drawn)) == (member.alias, 1)
    assert again.called not in done


def test_somebody_else_is_nobody_there(collection, group, phone):
    stranger = Membership()
    stranger.find(collection, group.code, new_token())
    assert stranger.alias is None


def test_the_last_one_is_taken_back_and_called_again(collection, phone):
    member, owner = phone
    first, second = (send(collection, phone, 5) for _ in range(2))
    assert member.take_back(collection, owner).id == second.id
    assert member.called == second.label
    assert [each.id for each in collection.drawings.entries(Filter(owner=owner))] == [first.id]
    member.take_back(collection, owner)
    assert member.take_back(collection, owner) is None


def test_nobody_takes_back_or_deletes_what_is_somebody_elses(collection, group, phone):
    entry = send(collection, phone, 5)
    other = Membership(), new_token()
    other[0].find(collection, group.code, other[1])
    other[0].join(collection, other[1])
    assert other[0].take_back(collection, other[1]) is None
    assert other[0].delete_all(collection, other[1]) == 0
    with pytest.raises(CollectionError):
        collection.drawings.delete([entry.id], other[1])
    assert collection.drawings.count(Filter(group=group.id)) == 1
    assert phone[0].delete_all(collection, phone[1]) == 1


def test_a_name_of_somebody_else_is_refused(collection, phone):
    member, _ = phone
    member.sketch.update(as_strokes(4))
    with pytest.raises(CollectionError, match="Nobody of that name"):
        member.send(collection, Reader(4), "default", new_token())


def test_more_than_a_hand_can_draw_is_refused_in_every_session(collection, group, phone, monkeypatch):
    assert MOST_A_MINUTE <= 60
    monkeypatch.setattr(membership, "MOST_A_MINUTE", 4)
    _, owner = phone
    for _ in range(4):
        send(collection, phone, 1)
    again = Membership()
    again.find(collection, group.code, owner)
    with pytest.raises(LimitError, match="takes 4 digits a minute"):
        send(collection, (again, owner), 1)
    assert collection.drawings.count(Filter(group=group.id)) == 4


def test_one_hand_is_one_hand_under_whatever_names_it_draws(collection, group, monkeypatch):
    member = Membership(sent=Limit(4, refusal=membership.TOO_FAST, clock=lambda: 0.0))
    for number in range(5):
        owner = new_token()
        member.find(collection, group.code, owner)
        member.join(collection, owner)
        if number < 4:
            send(collection, (member, owner), 1)
    with pytest.raises(LimitError, match="takes 4 digits a minute"):
        send(collection, (member, owner), 1)
    assert collection.drawings.count(Filter(group=group.id)) == 4


def test_what_a_client_sends_is_bounded_whatever_classes_it_is_for(collection, monkeypatch):
    monkeypatch.setattr(membership, "sent_of_client", Limit(3, refusal=OF_CLIENT, clock=lambda: 0.0))
    for number in range(4):
        code = collection.classes.open("4b")[0].code
        member, owner = Membership(), new_token()
        member.find(collection, code, owner)
        member.join(collection, owner)
        if number < 3:
            send(collection, (member, owner), 1)
    with pytest.raises(LimitError, match="done as often as it may be: 3 times within a minute"):
        send(collection, (member, owner), 1)
    assert collection.drawings.count(Filter(owner=owner)) == 0


def test_a_class_of_thirty_behind_one_address_draws_as_fast_as_hands_can(collection, monkeypatch):
    """A minute of it, with the limits as they are: 30 pupils with 40 digits each."""
    now = [0.0]
    for name, most, seconds in (
        ("wrong_codes_of_client", membership.MOST_WRONG_CODES_OF_CLIENT, 60),
        ("joins_of_client", membership.MOST_JOINS_OF_CLIENT, 60),
        ("sent_of_client", membership.MOST_SENT_OF_CLIENT, 86_400),
    ):
        limit = Limit(most, seconds, of=lambda: "192.0.2.1", clock=lambda: now[0])
        monkeypatch.setattr(membership, name, limit)
    monkeypatch.setattr(Membership, "_check_pace", lambda *_: None)  # asks the collection 1,200 times
    kept = []
    monkeypatch.setattr(collection.drawings, "add", lambda *given: kept.append(given) or Entry)
    monkeypatch.setattr(Entry, "label", None, raising=False)
    code = collection.classes.open("4b")[0].code
    pupils = [(Membership(sent=Limit(MOST_A_MINUTE, clock=lambda: now[0])), new_token()) for _ in range(30)]
    for member, owner in pupils:
        member.find(collection, code, owner)
        member.join(collection, owner)
    for _ in range(MOST_A_MINUTE):
        now[0] += 60 / MOST_A_MINUTE
        for pupil in pupils:
            send(collection, pupil, 1)
    assert len(kept) == 1_200
    assert len({given[-1] for given in kept}) == 30


def test_a_closed_class_takes_nothing_and_a_reopened_one_does(collection, phone):
    group, key = collection.classes.open("4c")
    member, owner = Membership(), new_token()
    member.find(collection, group.code, owner)
    member.join(collection, owner)
    collection.classes.close(group.code, key)
    with pytest.raises(CollectionError, match="closed"):
        send(collection, (member, owner), 1)
    with pytest.raises(CollectionError, match="not the key"):
        collection.classes.reopen(group.code, new_token())
    assert collection.classes.reopen(group.code, key).is_open
    send(collection, (member, owner), 1)
    assert collection.classes.member_count(group.id) == 1


def test_who_guesses_codes_waits_for_each_no_and_never_for_a_yes(collection, group, pauses):
    member, owner = Membership(wrong_codes=Limit(MOST_WRONG_CODES, clock=lambda: 0.0)), new_token()
    for number in range(MOST_WRONG_CODES + 4):
        for _ in range(3):  # the page runs more than once
            with pytest.raises(CollectionError, match="no class with this code"):
                member.find(collection, f"AAAAA{'ACDEFGHJKMNP'[number]}", owner)
    assert pauses[:MOST_WRONG_CODES] == [0.0] * MOST_WRONG_CODES
    assert pauses[MOST_WRONG_CODES:] == [guesses.LONGEST_PAUSE_S] * 4
    pauses.clear()
    assert member.find(collection, group.code, owner) == group
    assert pauses == []


def test_guessing_from_many_sessions_is_slowed_and_keeps_no_pupil_out(collection, group, monkeypatch, pauses):
    monkeypatch.setattr(membership, "wrong_codes_of_client", Limit(60, clock=lambda: 0.0))
    for _ in range(300):
        with pytest.raises(CollectionError, match="no class"):
            Membership().find(collection, "AAAAAA", new_token())
    assert pauses[:60] == [0.0] * 60
    assert pauses[60:65] == pytest.approx([1, 2, 3, 4, 5])  # those of one client come a second apart
    assert pauses[65:] == [guesses.LONGEST_PAUSE_S] * 235
    pauses.clear()
    assert Membership().find(collection, group.code, new_token()) == group
    assert pauses == []


def test_who_has_guessed_for_long_does_not_wait_for_long_afterwards(monkeypatch, pauses):
    now = [0.0]
    limit = Limit(60, clock=lambda: now[0])
    for _ in range(1000):
        guesses.pause(limit)
    now[0] += guesses.LONGEST_PAUSE_S + 1
    guesses.pause(limit)
    assert pauses[-1] == 0.0


def test_a_session_does_not_fill_a_class(collection, group):
    member = Membership(joins=Limit(MOST_JOINS, clock=lambda: 0.0))
    for _ in range(MOST_JOINS):
        owner = new_token()
        member.find(collection, group.code, owner)
        member.join(collection, owner)
    with pytest.raises(LimitError, match="too often"):
        member.join(collection, new_token())
    assert collection.classes.member_count(group.id) == MOST_JOINS


def test_a_join_that_was_refused_does_not_count(collection, group):
    member, owner = Membership(joins=Limit(1, clock=lambda: 0.0)), new_token()
    member.find(collection, group.code, owner)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classes, "MOST_MEMBERS", 0)
        with pytest.raises(CollectionError, match="at most 0 members"):
            member.join(collection, owner)
    member.join(collection, owner)
    assert member.alias


@pytest.mark.parametrize(
    "strokes",
    [
        [{"width": 20, "points": [[float("nan"), 1], [2, 3]]}],
        [{"width": 20, "points": [[float("inf"), 1], [2, 3]]}],
        [{"width": float("nan"), "points": [[1, 1], [2, 3]]}],
        [{"width": 20, "points": [["<b>", "x"]]}],
        [{"width": 20, "points": "points"}],
        [{"width": 20}],
        ["stroke"],
        [None],
        [{"width": 20, "points": [[1, 2]] * 120_000}],
        [{"width": 20, "points": [[1, 2], [3, 4]]}] * 2000,
        [],
    ],
)
def test_a_crafted_message_is_refused_and_not_held(collection, group, phone, strokes):
    member, owner = phone
    member.sketch.update(strokes)
    with pytest.raises(DrawingError):
        member.send(collection, Reader(1), "default", owner)
    assert member.sketch.strokes == []
    assert collection.drawings.count(Filter(group=group.id)) == 0


def test_a_drawing_over_the_collections_bounds_is_refused(collection, group, phone):
    member, owner = phone
    member.sketch.update([{"width": 20, "points": [[x, 10], [x, 20]]} for x in range(MOST_STROKES + 1)])
    with pytest.raises(CollectionError, match="single digit"):
        member.send(collection, Reader(1), "default", owner)
    assert collection.drawings.count(Filter(group=group.id)) == 0


# ---- what came of it ----


@pytest.fixture
def entries(collection, group):
    """Of two hands: fours of which one is read, sevens all read, a one in doubt."""
    drawn = []
    for told in ([(4, 9, 0.97), (4, 4, 0.97), (7, 7, 0.97), (1, 7, 0.5)], [(4, 9, 0.97), (7, 7, 0.97), (7, 7, 0.97)]):
        owner = new_token()
        alias = collection.classes.join(group.code, owner)
        for label, read, sure in told:
            drawn.append(
                collection.drawings.add(
                    SEVEN, reading(read, sure), "default", owner, label, group=group.id, alias=alias
                )
            )
    collection.drawings.add(SEVEN, reading(7), "default", new_token(), group=group.id)
    return collection.drawings.entries(Filter(group=group.id))


def test_the_result_counts_what_was_read(entries):
    result = result_of(entries)
    assert len(result.entries) == 7
    assert (result.accuracy.images, result.accuracy.errors, result.doubtful) == (7, 3, 1)
    assert result.accuracy.low < 4 / 7 < result.accuracy.high
    assert result.confusion.sum() == 7
    assert (result.confusion[4, 9], result.confusion[4, 4], result.confusion[1, DOUBT]) == (2, 1, 1)
    assert result.hardest == result.worth_a_look == 4  # the one was drawn only once
    assert result.model == "default"


def test_whose_fours_are_not_read(entries):
    result = result_of(entries)
    found = result.unread(4)
    assert sorted(found) == sorted({entry.alias for entry in entries if entry.label == 4})
    assert [len(each) for each in found.values()] == [1, 1]
    assert result.unread(7) == {}
    assert sorted(result.drawn_by(4).values()) == [1, 2]
    shown = classroom.unread(found, result.drawn_by(4))
    assert shown.count("→ 9") == 2
    assert "1 of 2" in shown


def test_without_labels_there_is_no_result(entries):
    assert result_of([entry for entry in entries if entry.label is None]) is None
    right = result_of([entry for entry in entries if entry.label == 7])
    assert right.hardest is None


def test_the_table_has_a_cell_for_each_count(entries):
    table = classroom.confusion_table(result_of(entries).confusion)
    assert table.count("<td") == 10 * 11
    assert table.count('class="is-wrong"') == 2
    assert table.count('class="is-right"') == 2


def test_markup_in_a_name_is_text(group):
    assert "<img" not in classroom.class_name(NASTY)


def test_the_sign_holds_a_code_dark_on_white():
    shown = classroom.sign("http://192.168.1.20:8501/class?join=ACD349", "ACD349")
    assert "192.168.1.20:8501/class<" in shown
    assert "ACD349" in shown
    url = classroom.qr_code("http://192.168.1.20:8501/class?join=ACD349")
    assert url.startswith("data:image/svg+xml")
    assert "viewBox" in url
    assert "%23fff" in url


def test_the_wall_says_right_and_wrong_without_colour(entries):
    tiles = wall.contents(entries)["tiles"]
    assert [tile["id"] for tile in tiles] == [entry.id for entry in entries]
    assert {tile["text"] for tile in tiles if tile["mark"] == "wrong"} >= {"4 → 9"}
    assert {tile["text"] for tile in tiles if tile["mark"] == "right"} == {"4 ✓", "7 ✓"}
    assert {tile["text"] for tile in tiles if tile["mark"] == "doubt"} == {"1 → ?"}
    assert len(wall.contents(entries * 40)["tiles"]) == wall.MOST_SHOWN
