// What makes <digit-pad> known to any page: one script, from a server with MNIST Studio, which is then where it reads from.
import { DigitPad } from "./digit_pad.js";
import { Source } from "./source.js";

DigitPad.prototype.source = new Source(new URL("../record", import.meta.url).href);
if (!customElements.get("digit-pad")) customElements.define("digit-pad", DigitPad);

export { DigitPad };
