# Runs exported folders in PyTorch, one after the other in one process, for pytorch.test.ts.
# Argument: a folder of folders, each with model.py, weights.safetensors and input.f32; writes output.f32 and shape.json there.
import importlib.util
import json
import os
import struct
import sys

import torch

torch.set_num_threads(2)


def read_floats(path):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.float32)


def run(folder):
    spec = importlib.util.spec_from_file_location("model", os.path.join(folder, "model.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    inputs = read_floats(os.path.join(folder, "input.f32")).reshape(-1, *module.INPUT_SHAPE)
    with torch.no_grad():
        outputs = module.load()(inputs)
    values = outputs.flatten().tolist()
    with open(os.path.join(folder, "output.f32"), "wb") as file:
        file.write(struct.pack("<%df" % len(values), *values))
    return {"shape": list(outputs.shape)}


for name in sorted(os.listdir(sys.argv[1])):
    folder = os.path.join(sys.argv[1], name)
    try:
        result = run(folder)
    except Exception as error:
        result = {"error": f"{type(error).__name__}: {error}"}
    with open(os.path.join(folder, "result.json"), "w") as file:
        json.dump(result, file)
