"""A class together: phones draw, and the digits come in on the teacher's screen."""

from mnist_ui.classroom.classroom import show_classroom
from mnist_ui.classroom.joining import show_phone
from mnist_ui.drawings.kept_keys import find_keys
from mnist_ui.messages import explained
from mnist_ui.state import people

with explained():
    if code := people.joined_code():
        show_phone(code)
    else:
        find_keys()
        show_classroom()
