"""What a browser fetches to have a network learn: the modules, and the digits in one file."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mnist_core.discretion import without_places
from mnist_core.errors import MnistError
from mnist_core.learner.digits import learner_digits
from mnist_core.learner.modules import modules, modules_version
from mnist_ui.reader_files import FORGET, packed


async def module(request: Request) -> Response:
    """One of the modules, of this version."""
    name, version = request.path_params["name"], request.path_params["version"]
    if version != modules_version() or name not in modules():
        return JSONResponse(
            {"error": f"There is no module {name:.80} of version {version:.80}. Load the page again."}, 404, FORGET
        )
    return packed(request, modules()[name], "text/javascript")


async def digits(request: Request) -> Response:
    """The digits, by the SHA-256 of their file."""
    try:
        known = await run_in_threadpool(learner_digits)
    except MnistError as error:
        return JSONResponse({"error": without_places(error)}, 404, FORGET)
    if request.path_params["sha256"] != known.sha256:
        return JSONResponse({"error": "There are other digits to learn from by now. Load the page again."}, 404, FORGET)
    return await run_in_threadpool(packed, request, known.content, "application/octet-stream")
