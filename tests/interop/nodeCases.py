# Writes ONNX's own node tests as networks of one image, for nodeCases.test.ts; the cases are those of the installed onnx.
# Argument: the folder for the files. Prints one line of JSON for each network, and a last one for the cases left out.
#
# How a case becomes a network: one of its inputs is the image, the first of floats that has an element (else the first of
# numbers or truth values); all other inputs become constants. The image comes as it is where it has two or four axes, else
# as rows of all that lies behind its first axis, brought into its extents by a Reshape, and of another type by a Cast from
# float32. Each output becomes a network of its own, brought to float32 by a Cast where it is of another type.
# form "batch": the first axis of the image is the batch.
# form "row": the image is a batch of one, with an axis for the batch before its own; where an operator names its axes, each
# is one further back.
# form "one": the image is one row, the case as it is between two Reshapes.
import base64
import json
import os
import sys
import warnings
from collections import Counter

warnings.filterwarnings("ignore")

import numpy

# Names that older cases use and newer versions of numpy lack.
for name, kind in {"float": float, "int": int, "bool": bool, "object": object}.items():
    if name not in numpy.__dict__:
        setattr(numpy, name, kind)

import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases

folder = sys.argv[1]
FLOATS = ("float32", "float64", "float16")
NUMBERS = FLOATS + ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool")
# Their outputs are random, so that there is no right answer.
RANDOM = {"Bernoulli", "RandomUniform", "RandomUniformLike", "RandomNormal", "RandomNormalLike", "Multinomial"}


def image_index(case, inputs):
    """Which input is the image; None where there is none."""
    ranks = [index for index, value in enumerate(inputs) if isinstance(value, numpy.ndarray) and value.size > 0]
    if case.model.graph.node[0].op_type == "OneHot":
        return 0
    for kinds in (FLOATS, NUMBERS):
        for wide in (True, False):
            for index in ranks:
                if str(inputs[index].dtype) in kinds and (inputs[index].ndim > 0) == wide:
                    return index
    return None


def reason_against(case):
    """Why a case is no network of one image; None where it is one."""
    if any(node.op_type in RANDOM for node in case.model.graph.node):
        return "random outputs"
    inputs, outputs = case.data_sets[0]
    values = list(case.model.graph.input) + list(case.model.graph.output)
    if any(value.type.tensor_type.elem_type == TensorProto.BFLOAT16 for value in values):
        return "bfloat16 values, which numpy lacks"
    if any(not isinstance(value, numpy.ndarray) for value in inputs + outputs):
        return "sequences or optional values"
    if image_index(case, inputs) is None:
        return "no input of numbers"
    if not any(str(value.dtype) in NUMBERS for value in outputs):
        return "outputs of text"
    return None


def in_training(case):
    """Whether a case is of training mode: an imported network is compared as it predicts."""
    inputs, _ = case.data_sets[0]
    for node in case.model.graph.node:
        if node.op_type == "Dropout" and len(inputs) > 2 and bool(inputs[2]):
            return True
        if any(attribute.name == "training_mode" and attribute.i == 1 for attribute in node.attribute):
            return True
    return False


def numbers(value):
    return base64.b64encode(numpy.ascontiguousarray(value).astype("<f4").tobytes()).decode()


def adapt(case, output_index, form):
    """The network, and what goes in and comes out."""
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    graph = model.graph
    inputs, outputs = case.data_sets[0]
    inputs = list(inputs)
    given = [value for value in graph.input]
    chosen = image_index(case, inputs)
    image, expected = inputs[chosen], outputs[output_index]
    if form == "row" and (len(graph.node) > 1 or not give_row(graph.node[0], inputs, image.ndim, chosen)):
        return None
    lead = image.shape[0] if form == "batch" and image.ndim > 0 else 1
    direct = form == "batch" and image.ndim in (2, 4)
    dims = list(image.shape) if direct else [lead, image.size // lead]
    before = []
    value = "image"
    if not direct:
        extents = ([0] if form == "row" else []) + list(image.shape)
        shape = numpy_helper.from_array(numpy.array(extents, dtype=numpy.int64), "image_shape")
        graph.initializer.append(shape)
        before.append(helper.make_node("Reshape", [value, "image_shape"], ["image_apart"]))
        value = "image_apart"
    image_type = given[chosen].type.tensor_type.elem_type
    if image_type != TensorProto.FLOAT:
        before.append(helper.make_node("Cast", [value], ["image_cast"], to=image_type))
        value = "image_cast"
    before.append(helper.make_node("Identity", [value], [given[chosen].name]))
    for index, info in enumerate(given):
        if index != chosen:
            graph.initializer.append(numpy_helper.from_array(inputs[index], info.name))
    del graph.input[:]
    graph.input.append(helper.make_tensor_value_info("image", TensorProto.FLOAT, dims))
    value = graph.output[output_index].name
    del graph.output[:]
    after = []
    if expected.dtype != numpy.float32:
        after.append(helper.make_node("Cast", [value], ["result_cast"], to=TensorProto.FLOAT))
        value = "result_cast"
    if expected.dtype != numpy.float32 or graph.node[-1].op_type in ("TopK", "Hardmax"):
        # A choice at the end of a network is cut off at import; times 1 it is not the end.
        graph.initializer.append(numpy_helper.from_array(numpy.array(1, dtype=numpy.float32), "result_factor"))
        after.append(helper.make_node("Mul", [value, "result_factor"], ["result_number"]))
        value = "result_number"
    if form == "one":
        graph.initializer.append(numpy_helper.from_array(numpy.array([1, -1], dtype=numpy.int64), "result_shape"))
        after.append(helper.make_node("Reshape", [value, "result_shape"], ["result_row"]))
        value = "result_row"
    graph.output.append(helper.make_tensor_value_info(value, TensorProto.FLOAT, None))
    nodes = before + list(graph.node) + after
    del graph.node[:]
    graph.node.extend(nodes)
    if not any(imported.domain == "" for imported in model.opset_import):
        model.opset_import.append(helper.make_opsetid("", 15))
    for imported in model.opset_import:
        # Operators of the newest form that is older than opset 7 are the same in opset 7.
        if imported.domain == "" and imported.version < 7:
            imported.version = 7
    return model, dims, numbers(image), numbers(expected)


# Operators that work place by place, on the last axes, or on the axes behind the first two.
ANY_RANK = {
    "Abs", "Acos", "Acosh", "Add", "And", "Asin", "Asinh", "Atan", "Atanh", "BitShift", "Cast", "CastLike", "Ceil", "Celu",
    "Clip", "Cos", "Cosh", "Div", "Dropout", "Elu", "Equal", "Erf", "Exp", "Floor", "Greater", "GreaterOrEqual", "HardSigmoid",
    "HardSwish", "Identity", "IsInf", "IsNaN", "LeakyRelu", "Less", "LessOrEqual", "Log", "MatMul", "Max", "Mean", "Min", "Mod",
    "Mul", "Neg", "Not", "Or", "PRelu", "Pow", "Reciprocal", "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Sinh",
    "Softplus", "Softsign", "Sqrt", "Sub", "Sum", "Tan", "Tanh", "ThresholdedRelu", "Trilu", "Where", "Xor",
}
# Operators with an attribute `axis` or `axes`, and the value of `axis` where it is left out.
NAMED_AXES = {
    "ArgMax": 0, "ArgMin": 0, "Concat": None, "Gather": 0, "GatherElements": 0, "Hardmax": -1, "LayerNormalization": -1,
    "LogSoftmax": -1, "LpNormalization": -1, "OneHot": -1, "ReduceL1": None, "ReduceL2": None, "ReduceLogSum": None,
    "ReduceLogSumExp": None, "ReduceMax": None, "ReduceMean": None, "ReduceMin": None, "ReduceProd": None,
    "ReduceSumSquare": None, "ScatterElements": 0, "Scatter": 0, "Softmax": -1, "Split": 0, "TopK": -1,
}
# Operators with an input of axes, by its place; and those whose other inputs have as many axes as the first.
AXES_INPUTS = {"ReduceSum": 1, "Squeeze": 1, "CumSum": 1, "Slice": 3}
OF_ONE_RANK = {"Concat", "GatherElements", "ScatterElements", "Scatter"}


def further(axes):
    return numpy.where(numpy.asarray(axes) < 0, axes, numpy.asarray(axes) + 1)


def set_attribute(node, name, value):
    kept = [attribute for attribute in node.attribute if attribute.name != name]
    del node.attribute[:]
    node.attribute.extend(kept + [helper.make_attribute(name, value)])


def give_row(node, inputs, rank, chosen):
    """Changes a node and its inputs to one more axis at the front. False where that is another computation."""
    given = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    kind = node.op_type
    if kind in ANY_RANK:
        return kind != "MatMul" or all(value.ndim >= 2 for value in inputs)
    if kind in NAMED_AXES:
        if "axes" in given:
            set_attribute(node, "axes", [int(axis) for axis in further(given["axes"])])
        elif kind.startswith("Reduce"):
            set_attribute(node, "axes", list(range(1, rank + 1)))
        else:
            set_attribute(node, "axis", int(further(given.get("axis", NAMED_AXES[kind]))))
        if kind == "OneHot":
            return True
    elif kind in AXES_INPUTS and len(inputs) > AXES_INPUTS[kind] and inputs[AXES_INPUTS[kind]].size > 0:
        place = AXES_INPUTS[kind]
        inputs[place] = further(inputs[place]).astype(inputs[place].dtype)
    elif kind == "Transpose":
        set_attribute(node, "perm", [0] + [axis + 1 for axis in given.get("perm", range(rank)[::-1])])
    elif kind in ("Reshape", "Expand", "Tile"):
        front = 0 if kind == "Reshape" and not given.get("allowzero", 0) else 1
        inputs[1] = numpy.concatenate([[front], inputs[1]]).astype(inputs[1].dtype)
        return kind != "Expand" or len(inputs[1]) > rank
    elif kind == "Unsqueeze":
        inputs[1] = further(inputs[1])
    elif kind == "Pad":
        half = len(inputs[1]) // 2
        inputs[1] = numpy.concatenate([[0], inputs[1][:half], [0], inputs[1][half:]])
    else:
        return False
    if kind in OF_ONE_RANK:
        for index in range(len(inputs)):
            if index != chosen:
                inputs[index] = inputs[index][numpy.newaxis]
    return True


def with_arrays(case):
    """Scalars of numpy as the tensors that they are."""
    inputs, outputs = case.data_sets[0]
    plain = lambda values: [numpy.asarray(value) if isinstance(value, numpy.generic) else value for value in values]
    case.data_sets[0] = (plain(inputs), plain(outputs))
    return case


left_out = Counter()
seen = Counter()
for case in map(with_arrays, collect_testcases(None)):
    reason = "training mode" if in_training(case) else reason_against(case)
    if reason:
        left_out[reason] += 1
        continue
    seen[case.name] += 1
    title = case.name if seen[case.name] == 1 else f"{case.name}#{seen[case.name]}"
    for index, value in enumerate(case.data_sets[0][1]):
        if str(value.dtype) not in NUMBERS:
            continue
        for form in ("batch", "row", "one"):
            adapted = adapt(case, index, form)
            if adapted is None:
                continue
            model, dims, image, expected = adapted
            path = os.path.join(folder, f"{title}.{index}.{form}.onnx")
            onnx.save(model, path)
            line = {"case": title, "output": index, "form": form, "path": path, "dims": dims, "image": image}
            line.update(expected=expected, relative=case.rtol, absolute=case.atol)
            print(json.dumps(line))
print(json.dumps({"leftOut": left_out}))
