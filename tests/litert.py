"""What LiteRT itself computes within a graph: the oracle of whatever looks into one."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType


def tensors(graph: bytes, image: np.ndarray) -> dict[str, np.ndarray]:
    """Each tensor that an operator gives for an image, uint8 (28, 28), by its name."""
    interpreter = Interpreter(
        model_content=graph,
        experimental_preserve_all_tensors=True,
        # A delegate would compute several layers in one and show nothing of what is between.
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    interpreter.get_signature_runner()(image=image[np.newaxis].astype(np.float32) / 255)
    made = {int(each["outputs"][0]) for each in interpreter._get_ops_details()}
    names = {each["name"]: each["index"] for each in interpreter.get_tensor_details() if each["index"] in made}
    return {name: interpreter.get_tensor(index) for name, index in names.items()}
