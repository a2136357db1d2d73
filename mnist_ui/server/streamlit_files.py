"""Streamlit's store of uploaded files: what it lacks, by pieces of it that are private and may move.

In Streamlit 1.67 a page asks over its websocket where to put a file, and the store makes up an id. It does not note
which ids it made, takes files under any, and looks for files of sessions that ended only when another session ends.
"""

import gc
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, cast

from streamlit.runtime import Runtime

# A page asks for an id when a file was chosen. What was asked for longest ago is forgotten first.
MOST_OFFERED = 100


class Files:
    """The files that a runtime of Streamlit holds, and the ids that it gave out for more.

    Parameters
    ----------
    runtime
        Its store is from now on asked here which ids it gives out.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._store = cast(Any, runtime.uploaded_file_mgr)
        self._offered: dict[str, OrderedDict[str, None]] = {}
        self._give_out = self._store.get_upload_urls
        self._store.get_upload_urls = self._noted

    def is_offered(self, session: str, file: str) -> bool:
        """Whether a session that is open was given this id."""
        return self._runtime.is_active_session(session) and file in self._offered.get(session, ())

    def held(self) -> dict[str, int]:
        """Bytes that are held for each session."""
        return {
            session: sum(len(file.data) for file in list(files.values()))
            for session, files in list(self._store.file_storage.items())
        }

    def held_as(self, session: str, file: str) -> int:
        """Bytes of one file; 0 if it is not there."""
        return sum(len(each.data) for each in self._store.get_files(session, [file]))

    def drop_oldest(self, session: str) -> int:
        """Forget the file of a session that came in first.

        Returns
        -------
        Its bytes.
        """
        file = next(iter(self._store.file_storage.get(session, ())), None)
        if file is None:
            return 0
        size = self.held_as(session, file)
        self._store.remove_file(session, file)
        return size

    def forget_ended(self) -> bool:
        """Free what is held for sessions that ended: whose browsers are gone for so long that none can come back.

        Returns
        -------
        Whether that was the last of them.
        """
        manager: Any = self._runtime._session_mgr
        # It keeps the session of a browser that went, with copies of its files, until another one goes, too.
        ended = bool(manager._session_storage._cache.expire())
        known = {info.session.id for info in manager.list_sessions()}
        gone = [session for session in list(self._store.file_storage) if session not in known]
        for session in gone:
            self._store.remove_session_files(session)
        for session in [each for each in self._offered if each not in known]:
            del self._offered[session]
        is_last = ended and not known
        if ended and (gone or is_last):
            gc.collect()  # sessions hold themselves in circles, and Streamlit's own collection is off
        return is_last

    def _noted(self, session: str, names: Sequence[str]) -> Any:
        """The store's own answer to a page that asks where to put files."""
        given = self._give_out(session, names)
        offered = self._offered.setdefault(session, OrderedDict())
        offered.update(dict.fromkeys(each.file_id for each in given))
        while len(offered) > MOST_OFFERED:
            offered.popitem(last=False)
        return given
