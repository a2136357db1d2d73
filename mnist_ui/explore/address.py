"""The address of Explore: `?dataset=mnist&part=Browse&labels=4&sort=loss&page=2&image=test-947`."""

from mnist_core.catalogue.query import PARAMETERS
from mnist_ui.address import DATASET, IMAGE, PAGE, PART, Address

# Parts besides Browse have choices of their own: `?part=Odd+ones+out&method=forest&digit=4&above=2.5`.
OTHER, METHOD, DIGIT, ABOVE = "with", "method", "digit", "above"
AMONG, SHOW_AS, LIST_PAGE = "among", "as", "list-page"
REBUILT, COMPONENT_COUNT = "rebuilt", "components"
_CHOICES = (OTHER, METHOD, DIGIT, ABOVE, AMONG, SHOW_AS, LIST_PAGE, REBUILT, COMPONENT_COUNT)

EXPLORE_ADDRESS = Address("explore", (DATASET, PART, PAGE, IMAGE, *_CHOICES, *PARAMETERS))
