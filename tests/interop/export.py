# Writes networks of torchvision as ONNX with random weights, and what an independent reader counts in them, for torchvision.test.ts.
# Arguments: one NAME,OPSET,MODE,SIZE for each; MODE is eval (norms folded where PyTorch does so) or train (kept, in training mode).
import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")
# Exporting in training mode warns once for each counter of a batch norm, past Python's own warnings.
null = os.open(os.devnull, os.O_WRONLY)
os.dup2(null, 2)

import onnx
import torch
import torchvision


def build(name):
    arguments = {"weights": None}
    if name == "googlenet":
        arguments.update(aux_logits=False, init_weights=False)
    torch.manual_seed(0)
    model = getattr(torchvision.models, name)(**arguments)
    for module in model.modules():
        # Statistics that are not 0 and 1, so that mixing them up shows.
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    return model


def count(path):
    """Values that are learnt, by use: PyTorch writes equal tensors once, though each layer has its own."""
    graph = onnx.load(path).graph
    sizes = {tensor.name: int(torch.Size(tensor.dims).numel()) for tensor in graph.initializer}
    total = 0
    for node in graph.node:
        if node.op_type == "Identity" and node.input[0] in sizes:
            sizes[node.output[0]] = sizes[node.input[0]]
        if node.op_type in ("Conv", "Gemm", "BatchNormalization"):
            total += sum(sizes[value] for value in node.input[1:3])
    return total


for argument in sys.argv[2:]:
    name, opset, mode, size = argument.split(",")
    model = build(name)
    model.train(mode == "train")
    path = os.path.join(sys.argv[1], f"{name}.onnx")
    # ShuffleNet's channel split cannot be exported with a free batch before opset 13.
    axes = {} if name.startswith("shufflenet") and int(opset) < 13 else {"input": {0: "N"}, "logits": {0: "N"}}
    training = torch.onnx.TrainingMode.TRAINING if mode == "train" else torch.onnx.TrainingMode.EVAL
    torch.onnx.export(
        model,
        torch.randn(2, 3, int(size), int(size)),
        path,
        opset_version=int(opset),
        input_names=["input"],
        output_names=["logits"],
        dynamic_axes=axes,
        training=training,
        do_constant_folding=mode == "eval",
    )
    parameters = sum(parameter.numel() for parameter in model.parameters())
    print(json.dumps({"path": path, "parameters": parameters, "initializers": count(path)}), flush=True)
