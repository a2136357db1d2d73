"""Which phones are in a class now."""

from mnist_ui.classroom.presence import GONE_AFTER_S, Presence


def test_who_says_so_is_there_until_some_time_after():
    now = [0.0]
    presence = Presence(lambda: now[0])
    for group, who in (("a", "one"), ("a", "two"), ("a", "one"), ("b", "one")):
        presence.note(group, who)
    assert (presence.count("a"), presence.count("b"), presence.count("c")) == (2, 1, 0)
    now[0] = GONE_AFTER_S
    presence.note("a", "two")
    assert presence.count("a") == 2
    now[0] += 1
    assert (presence.count("a"), presence.count("b")) == (1, 0)
