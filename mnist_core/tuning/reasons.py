"""Why a trial failed: told in English, where it is kept; who looks on reads it in their own language."""

from mnist_core.language import noop as N_

NOT_A_NUMBER = N_("The loss grew beyond all numbers in epoch {epoch}.")
OUT_OF_MEMORY = N_("It needs more memory than there is.")
DIED = N_("The process that trained it died {times} times: it may need more memory than there is.")
NOT_HEARD = N_("Its worker was not heard of any more.")
UNKNOWN = N_("It failed on its worker, whose log says why.")

REASONS = (NOT_A_NUMBER, OUT_OF_MEMORY, DIED, NOT_HEARD, UNKNOWN)
