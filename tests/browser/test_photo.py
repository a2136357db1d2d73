"""Photos and the camera on the Draw page."""

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.driver import QUIET, Studio, chromium, wait_until_all_is_there
from tests.strokes import SEVEN, THREE, TWO


def paper(*digits, width=640, height=480):
    """A photo of digits on grey paper in uneven light, uint8 (h, w, 3)."""
    image = np.full((height, width), 205, np.uint8)
    for place, strokes in enumerate(digits):
        left = (width - 150 * len(digits)) / 2 + 150 * place - 40
        for stroke in strokes:
            points = np.array(stroke) * 0.6 + [left, 110]
            cv2.polylines(image, [np.round(points).astype(np.int32)], False, 40, 10, cv2.LINE_AA)
    light = np.linspace(0.75, 1.0, width)[None]
    noise = np.random.default_rng(0).normal(0, 2, image.shape)
    return cv2.cvtColor(np.clip(image * light + noise, 0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR)


def as_file(image, name):
    _, data = cv2.imencode(name[name.index(".") :], image)
    return {"name": name, "mimeType": "image/jpeg", "buffer": data.tobytes()}


def upload(studio, file):
    wait_until_all_is_there(studio.page)  # an uploader that is drawn anew can lose what it is handed
    studio.page.locator("input[type=file]").set_input_files(file)


def test_a_photo_of_a_digit_and_one_of_a_number_are_read(visit):
    studio = visit(path="/?source=Photo", wait=False)
    upload(studio, as_file(paper(THREE), "three.jpg"))
    studio.wait_for_answer("3")
    studio.page.get_by_text("Even light").wait_for()
    studio.page.get_by_text("Why this answer?").wait_for()
    upload(studio, as_file(paper(TWO, SEVEN), "number.png"))
    studio.wait_for_answer("27")
    assert studio.page.locator(".photo-boxes li").all_inner_texts() == ["2", "7"]
    expect(studio.page.locator(".strip > li")).to_have_count(6)  # the photo is cleaned as a whole
    expect(studio.page.get_by_text("Clean the picture")).to_have_count(0)
    width = studio.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


def test_a_box_shows_its_digit_and_a_part_is_read_alone(visit):
    studio = visit(path="/?source=Photo", wait=False)
    upload(studio, as_file(paper(TWO, SEVEN), "number.png"))
    studio.wait_for_answer("27")
    page = studio.page
    page.get_by_role("button", name="Digit 2: 7.").click()
    page.get_by_text("Was digit 2, 7, right?").wait_for()
    page.get_by_role("button", name="Crop").click()
    for name, key, times in (("Top left corner", "ArrowLeft", 4), ("Bottom right corner", "ArrowLeft", 22)):
        page.get_by_role("button", name=name).focus()
        for _ in range(times):
            page.keyboard.press(key)
    page.keyboard.press("Enter")
    studio.wait_for_answer("2")
    page.get_by_role("button", name="Whole picture").click()
    studio.wait_for_answer("27")


def test_a_file_that_cannot_be_read_is_said_and_the_page_goes_on(visit):
    studio = visit(path="/?source=Photo", wait=False)
    three = as_file(paper(THREE), "three.jpg")
    for file, message in (
        ({"name": "text.png", "mimeType": "image/png", "buffer": b"this is no picture"}, "This drawing cannot be read"),
        (as_file(np.full((200, 200), 200, np.uint8), "blank.png"), "There is nothing to read"),
        (three | {"name": "cut.jpg", "buffer": three["buffer"][:3000]}, "cut.jpg is damaged"),
    ):
        upload(studio, file)
        studio.page.get_by_test_id("stAlert").get_by_text(message).wait_for()
        expect(studio.page.get_by_test_id("stException")).to_have_count(0)
        upload(studio, three)
        studio.wait_for_answer("3")


@pytest.mark.slow
def test_what_the_camera_sees_is_read(browser, server, tmp_path):
    film = tmp_path / "film.mjpeg"
    film.write_bytes(as_file(paper(SEVEN), "frame.jpg")["buffer"] * 10)
    camera = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    seeing = browser.browser_type.launch(executable_path=chromium(), args=[*QUIET, *camera])
    studio = Studio(seeing.new_page(), f"{server}/?source=Camera", wait=False)
    studio.page.get_by_role("button", name="Take photo").click()
    studio.wait_for_answer("7")
    seeing.close()
