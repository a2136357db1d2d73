"""All that a request passes on its way to the app, in this order."""

from starlette.middleware import Middleware

from mnist_ui import client, turns
from mnist_ui.server import headers, hosts, messages, patience, style, uploads


def middleware() -> list[Middleware]:
    """What the server application is told to put before the app.

    Raises
    ------
    ConfigError
        If a setting of the server cannot be understood.
    """
    client.is_proxy("")
    headers.frame_ancestors()
    hosts.named()
    patience.patience_s()
    uploads.most_bytes()
    uploads.most_bytes_of_a_session()
    turns.most_readings()
    each = (
        headers.SayHeaders,
        hosts.KnownHosts,
        patience.TimelyBodies,
        uploads.AskedUploads,
        messages.WantedMessages,
        style.Styled,
    )
    return [Middleware(kind) for kind in each]
