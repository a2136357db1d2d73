"""The colours of the ten digits, the same everywhere."""

# Found by a search for ten colours that are far apart in OKLab also as people with red or green blindness see them
# (matrices of Machado, Oliveira and Fernandes, IEEE TVCG 15(6), 2009), each with contrast of 2 and more on the light
# and on the dark page: the two nearest are 0.096 apart, 0.061 in Petroff's ten (arXiv:2107.02270).
DIGIT_COLOURS = (
    "#4072e9",
    "#ff9b00",
    "#119d76",
    "#db510e",
    "#06b9fc",
    "#8a2fac",
    "#8a4a25",
    "#ee86c4",
    "#70ca7c",
    "#686f87",
)
WRONG_COLOUR = "#d55e00"
# For the many that are not meant.
QUIET_COLOUR = "#8fa0b3"
# From like the others to unlike them: Plasma without its darkest and its lightest end, which the pages would swallow.
SCALE = ("#5c45c9", "#8f3fc4", "#bd3fa8", "#dd5584", "#f0735f", "#fa983f", "#f6bb35")
