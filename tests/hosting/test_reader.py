"""Reading Dockerfiles."""

import pytest

from hosting.dockerfile import DockerfileError, parse, substituted

TEXT = """\
# comment
ARG VERSION=3.13
FROM python:${VERSION}-slim AS first
RUN one \\
    # comment within
    && two
FROM first AS other
COPY --from=last --chown=1:1 a b /c/
FROM first AS last
ENV A=1 \\
    B="two words"
CMD ["run", "--fast"]
"""


def test_stages_have_names_and_what_they_are_built_on():
    read = parse(TEXT)
    assert [(each.base, each.name) for each in read.stages] == [
        ("python:3.13-slim", "first"),
        ("first", "other"),
        ("first", "last"),
    ]


def test_continued_lines_are_one_and_comments_none():
    [run] = parse(TEXT).stage("first").instructions
    assert (run.line, " ".join(run.rest.split())) == (4, "one && two")
    assert run.command()[:2] == ["/bin/sh", "-c"]


def test_flags_are_apart_from_the_rest():
    [copy] = parse(TEXT).stage("other").instructions
    assert copy.flags == {"from": "last", "chown": "1:1"}
    assert copy.rest == "a b /c/"


def test_pairs_and_lists_are_read():
    environment, command = parse(TEXT).stage("last").instructions
    assert environment.pairs({}) == {"A": "1", "B": "two words"}
    assert command.command() == ["run", "--fast"]


def test_a_target_needs_what_it_begins_with_and_copies_from_in_the_order_of_the_file():
    assert [each.name for each in parse(TEXT).needed("last")] == ["first", "last"]
    assert [each.name for each in parse(TEXT).needed("other")] == ["first", "other", "last"]


@pytest.mark.parametrize("text", ["FROM a\nHOP over\n", "RUN before\n"])
def test_what_is_not_known_is_refused(text):
    with pytest.raises(DockerfileError):
        parse(text)


def test_a_stage_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(DockerfileError, match=r"'third'.*first, other, last"):
        parse(TEXT).stage("third")


def test_unknown_variables_are_empty():
    assert substituted("${A}/$B/c", {"A": "1"}) == "1//c"
