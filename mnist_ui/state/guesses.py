"""What a wrong guess costs: a pause before the answer to it. A right one is answered at once, whoever guesses beside.

Whether a key or a code is right is looked at first, and always: a limit that refused to look would keep out whoever
has the right one, since nobody can tell them from who guesses beside them (a school is often one address, and so is
everybody behind a proxy that is not named in a setting). So it is the *no* that has to be waited for.
Those to one session come as far apart as its limit says, and those to one client as its. No pause is longer than
`LONGEST_PAUSE_S`, so somebody who only mistyped a code while others guess from the same address is told so within
seconds; whoever waits for each no in a hundred sessions at once gets twenty a second.

What that leaves to whoever does not wait, and comes with a new session for each guess or with many addresses:

- *Codes of classes.* There are 25^6 = 244 million. A server of two processors begins some 75 sessions a second, and
  then does nothing else. In a lesson of 45 minutes those are 200,000 guesses, which find one certain class in 1 of
  1,200 such lessons, and any of twenty that are open in 1 of 60. All that a code opens is to draw for the class under a
  made-up name, until the teacher removes it or ends the class; a class that is over tells strangers nothing.
- *The keeper's key.* Some 30 can be tried a second, from however many addresses: it is the server that cannot do more.
  12 random letters and digits (36^12 = 4.7 * 10^18) last billions of years at that rate. A key out of words lasts as
  long as it is not on anybody's list of likely ones: a million take nine hours of a server that does nothing else.
"""

import time

from mnist_ui.state.limits import Limit, network

LONGEST_PAUSE_S = 5.0


def guesser() -> str:
    """The client who guesses; all of whom nothing is known count as one, since a pause keeps nobody out."""
    return network() or "nobody"


def pause(*limits: Limit) -> None:
    """Wait as long as these limits make whoever guessed wrong wait, and count the guess.

    Raises
    ------
    ConfigError
        If a limit's variable is set to no whole number.
    """
    waits = []
    for limit in limits:
        waits.append(limit.wait_s())
        if waits[-1] < LONGEST_PAUSE_S:  # who guesses for hours is not made to wait for hours afterwards
            limit.note()
    time.sleep(min(max(waits), LONGEST_PAUSE_S))
