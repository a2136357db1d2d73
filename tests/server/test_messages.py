import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from mnist_ui.server.messages import is_wanted

FOR_PAGES = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"}
KINDS = [field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields]


def message_of(kind):
    message = BackMsg()
    if BackMsg.DESCRIPTOR.fields_by_name[kind].message_type:
        getattr(message, kind).SetInParent()
    else:
        setattr(message, kind, True)
    return message


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_pages_say_is_heard_and_nothing_else(kind):
    assert is_wanted(message_of(kind).SerializeToString()) is (kind in FOR_PAGES)


@pytest.mark.parametrize("content", [b"", b"\xff", b"text"])
def test_what_is_no_message_is_left_to_streamlit(content):
    assert is_wanted(content)


@pytest.mark.parametrize(("count", "is_heard"), [(1, True), (100, True), (101, False)])
def test_so_many_files_are_chosen_at_once(count, is_heard):
    message = BackMsg()
    message.file_urls_request.file_names.extend(["photo.png"] * count)
    assert is_wanted(message.SerializeToString()) is is_heard
