"""The PyTorch side of `npm run bench`: the same network, trained or run by PyTorch, timed step by step on request.

It reads one JSON object per line from standard input and answers each with one line on standard output:
  {"call": "open", "plan": {...}, "mode": "train" | "infer", "batch": N, "threads": N, "device": "cpu" | a GPU's,
   "learningRate": x, "momentum": x}
      -> {"version": "1.13.1", "parameters": trainable numbers}
  {"call": "run", "steps": N}  -> {"seconds": x}
  {"call": "memory"}           -> {"peakMemoryBytes": N or null}
and {"error": "..."} where a call fails. It ends with its input. The plan is written by src/main/bench/networkPlan.ts.
"""

import json
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

BATCHES_IN_TURN = 4


def split_pads(pads):
    """ONNX's [top, left, bottom, right] as (padding of a module or None, argument of F.pad or None)."""
    top, left, bottom, right = pads
    if (top, left) == (bottom, right):
        return (top, left), None
    return (0, 0), (left, right, top, bottom)


def build_convolution(attributes, weights):
    out_channels, in_per_group, kernel_height, kernel_width = weights[1]
    groups = attributes.get("group", 1)
    padding, uneven = split_pads(attributes.get("pads", [0, 0, 0, 0]))
    convolution = nn.Conv2d(
        in_per_group * groups,
        out_channels,
        (kernel_height, kernel_width),
        stride=tuple(attributes.get("strides", [1, 1])),
        padding=padding,
        dilation=tuple(attributes.get("dilations", [1, 1])),
        groups=groups,
        bias=2 in weights,
    )
    return nn.Sequential(nn.ZeroPad2d(uneven), convolution) if uneven else convolution


def build_batch_norm(attributes, weights):
    # ONNX's momentum is the part that stays, PyTorch's the part that is new.
    momentum = 1 - attributes.get("momentum", 0.9)
    return nn.BatchNorm2d(weights[1][0], eps=attributes.get("epsilon", 1e-5), momentum=momentum)


def build_dense(attributes, weights):
    rows, columns = weights[1]
    outputs, inputs = (rows, columns) if attributes.get("transB", 0) else (columns, rows)
    return nn.Linear(inputs, outputs, bias=2 in weights)


def build_zero_pad(sides):
    """ONNX lists all beginnings, then all ends; PyTorch pairs them, the last axis first."""
    rank = len(sides) // 2
    pairs = [side for axis in reversed(range(rank)) for side in (sides[axis], sides[axis + rank])]
    return lambda x: F.pad(x, pairs)


def build_pool(kind, attributes):
    padding, uneven = split_pads(attributes.get("pads", [0, 0, 0, 0]))
    if uneven or attributes.get("ceil_mode", 0):
        raise ValueError(f"{kind} with uneven padding or ceil mode is not written here")
    kernel, strides = tuple(attributes["kernel_shape"]), tuple(attributes["strides"])
    if kernel == (1, 1) and padding == (0, 0):
        return lambda x: x[:, :, :: strides[0], :: strides[1]]
    if kind == "MaxPool":
        return nn.MaxPool2d(kernel, strides, padding)
    return nn.AvgPool2d(kernel, strides, padding, count_include_pad=bool(attributes.get("count_include_pad", 0)))


def build_step(node, weights, constants, may_overwrite):
    """The module or function of one node; extents of its weights and its constants are given by input position."""
    kind, attributes = node["operator"], node["attributes"]
    if kind == "Conv":
        return build_convolution(attributes, weights)
    if kind == "BatchNormalization":
        return build_batch_norm(attributes, weights)
    if kind == "Gemm":
        return build_dense(attributes, weights)
    if kind in ("MaxPool", "AveragePool"):
        return build_pool(kind, attributes)
    if kind == "Relu":
        return nn.ReLU(inplace=may_overwrite)
    if kind == "GlobalAveragePool":
        return nn.AdaptiveAvgPool2d(1)
    if kind == "Flatten" or (kind == "Reshape" and constants[1] == [0, -1]):
        return nn.Flatten()
    if kind == "Pad" and attributes.get("mode", "constant") == "constant" and not any(constants.get(2, [0])):
        return build_zero_pad(constants[1])
    simple = {"Tanh": torch.tanh, "Sigmoid": torch.sigmoid, "Add": torch.add, "Identity": lambda x: x}
    if kind in simple:
        return simple[kind]
    if kind == "Concat":
        return lambda *values: torch.cat(values, attributes["axis"])
    raise ValueError(f"the operator {kind} is not written here")


class Network(nn.Module):
    """The nodes of a plan in order; a value is dropped after its last use, as it would be in code written by hand."""

    def __init__(self, plan):
        super().__init__()
        self.input, self.output = plan["input"], plan["output"]
        uses = {}
        producers = {}
        for position, node in enumerate(plan["nodes"]):
            producers[node["outputs"][0]] = node["operator"]
            for name in node["inputs"]:
                uses.setdefault(name, []).append(position)
        self.steps = []
        for position, node in enumerate(plan["nodes"]):
            values = [name for name in node["inputs"] if name not in plan["weights"] and name not in plan["constants"]]
            weights = {i: plan["weights"][n] for i, n in enumerate(node["inputs"]) if n in plan["weights"]}
            constants = {i: plan["constants"][n] for i, n in enumerate(node["inputs"]) if n in plan["constants"]}
            only_use = len(uses[values[0]]) == 1
            may_overwrite = only_use and producers.get(values[0]) in ("Conv", "BatchNormalization", "Add", "Gemm")
            step = build_step(node, weights, constants, may_overwrite)
            if isinstance(step, nn.Module):
                self.add_module(f"step{position}", step)
            finished = [name for name in set(values) if uses[name][-1] == position]
            self.steps.append((step, values, node["outputs"][0], finished))

    def forward(self, x):
        values = {self.input: x}
        del x
        for step, inputs, output, finished in self.steps:
            value = step(*[values[name] for name in inputs])
            for name in finished:
                del values[name]
            values[output] = value
            del value
        return values[self.output]


def pick_device(name):
    """PyTorch's device for one of ours: whatever stands between, there is one GPU behind it."""
    if name == "cpu":
        return torch.device("cpu")
    if torch.cuda.is_available():
        return torch.device("cuda")
    if getattr(torch.backends, "mps", None) and torch.backends.mps.is_available():
        return torch.device("mps")
    raise ValueError("this PyTorch has no GPU")


class Contender:
    """A network with its batches, ready to take steps."""

    def __init__(self, call):
        torch.set_num_threads(call["threads"])
        torch.manual_seed(1)
        plan, batch = call["plan"], call["batch"]
        self.device = pick_device(call["device"])
        self.network = Network(plan).to(self.device)
        self.mode = call["mode"]
        self.network.train(self.mode == "train")
        self.parameters = sum(p.numel() for p in self.network.parameters())
        # On a GPU the batches lie there already: PyTorch at its best.
        self.inputs = [torch.randn(batch, *plan["inputShape"]).to(self.device) for _ in range(BATCHES_IN_TURN)]
        self.labels = [torch.randint(plan["classes"], (batch,)).to(self.device) for _ in range(BATCHES_IN_TURN)]
        self.optimizer = torch.optim.SGD(
            self.network.parameters(), lr=call["learningRate"], momentum=call["momentum"]
        )
        self.steps_taken = 0

    def train_step(self, x, y):
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.network(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def infer_step(self, x):
        with torch.inference_mode():
            return self.network(x)

    def run(self, steps):
        start = time.perf_counter()
        for _ in range(steps):
            turn = self.steps_taken % BATCHES_IN_TURN
            if self.mode == "train":
                self.train_step(self.inputs[turn], self.labels[turn])
            else:
                self.infer_step(self.inputs[turn])
            self.steps_taken += 1
        if self.device.type == "cuda":
            torch.cuda.synchronize()
        elif self.device.type == "mps":
            torch.mps.synchronize()
        return time.perf_counter() - start


def peak_memory_bytes():
    """The largest resident set of this process so far, where the system tells (Linux)."""
    path = "/proc/self/status"
    if not os.path.exists(path):
        return None
    with open(path, encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return None


def main():
    contender = None
    for line in sys.stdin:
        call = json.loads(line)
        try:
            if call["call"] == "open":
                contender = Contender(call)
                reply = {"version": torch.__version__, "parameters": contender.parameters}
            elif call["call"] == "run":
                reply = {"seconds": contender.run(call["steps"])}
            else:
                reply = {"peakMemoryBytes": peak_memory_bytes()}
        except Exception as error:  # the harness prints the reason and goes on without PyTorch
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
