"""A visitor without a browser: asks a server for pages over the same connection as the app in a browser does."""

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

PAGE_TIMEOUT_S = 60


def visited(url: str, page: str = "", query: str = "") -> list[ForwardMsg]:
    """All that a server sends to somebody who opens a page and waits until it is there.

    Parameters
    ----------
    url
        "http://127.0.0.1:1234".
    page
        Name of the page as its address has it: "train".
    query
        What follows the question mark in its address.
    """
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = page
    address = f"ws{url.removeprefix('http')}/_stcore/stream"
    messages = []
    with connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=PAGE_TIMEOUT_S) as connection:
        connection.send(asked.SerializeToString())
        while not messages or messages[-1].WhichOneof("type") != "script_finished":
            messages.append(ForwardMsg.FromString(connection.recv(timeout=PAGE_TIMEOUT_S)))
    return messages


def words(messages: list[ForwardMsg]) -> str:
    """All that messages put on the page, in one text; Streamlit's own greeting names the script's path."""
    return "\n".join(str(message.delta) for message in messages if message.WhichOneof("type") == "delta")
