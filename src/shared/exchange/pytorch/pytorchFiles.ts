// The texts around the classes: head and loader of model.py, example.py and the README of the folder; not the classes (classes.ts).
import type { ResizePolicy } from '../../datasets/dataset'
import type { InputScaling } from '../../graph/document'
import { countElements, printShape, type Shape } from '../../graph/shape'
import { pythonBoolean, pythonComment, pythonString, pythonTuple } from './pythonText'

/** What the files say of a network. */
export interface NetworkFacts {
  readonly name: string
  readonly className: string
  readonly inputShape: Shape
  readonly outputShape: Shape
  readonly scaling: InputScaling
  readonly scalingInside: boolean
  readonly output: 'logits' | 'probabilities'
  /** One name per output, where they are known. */
  readonly classes: readonly string[] | undefined
  readonly resize: ResizePolicy
  readonly version: string
}

/** What the first line of each file says, so that an export replaces only files of an export. */
export const exportMark = 'written by Netloom'

/** Names on lines of at most this length. */
const lineLength = 110

function printClasses({ classes }: NetworkFacts): string {
  if (!classes) return 'CLASSES = None  # the network names none'
  const names = classes.map((name) => `${pythonString(name)},`)
  const lines: string[] = []
  for (const name of names) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + name.length + 5 <= lineLength) lines[lines.length - 1] = `${last} ${name}`
    else lines.push(name)
  }
  return ['CLASSES = [', ...lines.map((line) => `    ${line}`), ']'].join('\n')
}

/** @param classes the texts of all classes, each behind those that it uses */
export function printModel(facts: NetworkFacts, classes: readonly string[]): string {
  const { name, className, inputShape, outputShape, scaling, scalingInside, output, version } = facts
  const takes = scalingInside ? 'pixels from 0 to 255' : 'pixels as `scale` makes them'
  const body = [...classes, printLoader(className, scaling, inputShape)].join('\n\n\n')
  const functional = /\bF\./.test(body) ? ['import torch.nn.functional as F'] : []
  return `${[
    `"""${pythonComment(name)} as PyTorch code, ${exportMark}${version === '' ? '' : ` ${version}`}. Needs nothing but torch.`,
    '',
    `${className} takes float32 ${printShape(inputShape)}, ${takes}, and gives ${output} ${printShape(outputShape)}.`,
    '"""',
    'import json',
    'from pathlib import Path',
    '',
    'import torch',
    ...functional,
    'from torch import nn',
    '',
    `INPUT_SHAPE = ${pythonTuple(inputShape)}  # of one image`,
    '# An input is (pixel / 255 - mean) / deviation, one number of each per channel.',
    `MEAN = ${pythonTuple(scaling.mean)}`,
    `DEVIATION = ${pythonTuple(scaling.deviation)}`,
    `SCALING_INSIDE = ${pythonBoolean(scalingInside)}  # whether the network does that itself`,
    `OUTPUT = ${pythonString(output)}`,
    printClasses(facts),
    'WEIGHTS = Path(__file__).resolve().parent / "weights.safetensors"',
    '',
    '',
    body,
  ].join('\n')}\n`
}

function printLoader(className: string, scaling: InputScaling, inputShape: Shape): string {
  const view = [scaling.mean.length, ...inputShape.slice(1).map(() => 1)].join(', ')
  return `def scale(pixels):
    """Pixels 0 ... 255, ${printShape(inputShape)}, as the network takes them."""
    if SCALING_INSIDE:
        return pixels.float()
    mean, deviation = torch.tensor(MEAN).view(${view}), torch.tensor(DEVIATION).view(${view})
    return (pixels.float() / 255 - mean.to(pixels.device)) / deviation.to(pixels.device)


def read_safetensors(path):
    """The tensors of a safetensors file of float32, by name: 8 bytes of length, a header in JSON, the values."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: {name} is {entry['dtype']}, not F32")
        begin, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(data[begin:end], dtype=torch.float32).reshape(entry["shape"])
    return tensors


def load(path=WEIGHTS):
    """The network with its weights, ready to predict; call .train() on it to train it further."""
    model = ${className}()
    tensors = read_safetensors(path) if model.state_dict() else {}
    model.load_state_dict(tensors)
    return model.eval()`
}

const fittings: Readonly<Record<ResizePolicy, { readonly text: string; readonly lines: readonly string[] }>> = {
  stretch: { text: 'stretched to the size of the input', lines: ['    image = image.resize((width, height))'] },
  crop: {
    text: 'cut to the middle and resized',
    lines: ['    image = ImageOps.fit(image, (width, height))'],
  },
  letterbox: {
    text: 'made to fit, with black borders',
    lines: ['    image = ImageOps.pad(image, (width, height))'],
  },
}

/** A script that prints the classes of images. */
export function printExample({ name, inputShape, output, resize }: NetworkFacts): string {
  const [channels = 1] = inputShape
  const probabilities = output === 'logits' ? 'model(inputs).softmax(dim=1)' : 'model(inputs)'
  const imports = resize === 'stretch' ? 'from PIL import Image' : 'from PIL import Image, ImageOps'
  return `"""Prints the classes that ${pythonComment(name)} sees in an image, ${exportMark}: python example.py IMAGE. Needs torch and Pillow."""
import sys

import torch
${imports}

from model import CLASSES, INPUT_SHAPE, load, scale


def read_image(path):
    """An image as pixels 0 ... 255, ${printShape(inputShape).replace('N', '1')}; ${fittings[resize].text}."""
    _, height, width = INPUT_SHAPE
    image = Image.open(path).convert("${channels === 1 ? 'L' : 'RGB'}")
${fittings[resize].lines.join('\n')}
    pixels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
    return pixels.reshape(1, height, width, ${channels}).permute(0, 3, 1, 2)


if len(sys.argv) < 2:
    sys.exit("usage: python example.py IMAGE...")
model = load()
for path in sys.argv[1:]:
    inputs = scale(read_image(path))
    with torch.no_grad():
        probabilities = ${probabilities}[0]
    best = probabilities.topk(min(5, probabilities.numel()))
    print(path)
    for probability, index in zip(best.values.tolist(), best.indices.tolist()):
        print(f"  {probability:7.2%}  {CLASSES[index] if CLASSES else index}")
`
}

/** What the folder holds and what the network takes and gives. */
export function printReadme(facts: NetworkFacts): string {
  const { name, className, inputShape, outputShape, scaling, scalingInside, output, classes, resize } = facts
  const numbers = (values: readonly number[]): string => values.join(', ')
  const scaled = scalingInside
    ? 'The network takes pixels from 0 to 255 as float32 and scales them itself'
    : 'Inputs are scaled before: `scale(pixels)` in `model.py` does it'
  const meaning =
    output === 'logits'
      ? 'logits; their softmax is the probabilities'
      : 'probabilities, as the network ends in a softmax'
  const listed = classes
    ? `Classes, in the order of the outputs: \`CLASSES\` in \`model.py\` (${classes.length}).`
    : `The ${countElements(outputShape)} outputs have no class names.`
  return `# ${pythonComment(name)}

PyTorch code ${exportMark}: \`model.py\` (the network, \`load()\`), \`weights.safetensors\` and \`example.py\`.

\`\`\`sh
python example.py image.png
\`\`\`

\`\`\`python
from model import load, scale
model = load()                    # ${className}, in eval mode
outputs = model(scale(pixels))    # pixels 0 ... 255: ${printShape(inputShape)}
\`\`\`

- Normalisation: (pixel / 255 - mean) / deviation, mean ${numbers(scaling.mean)}, deviation ${numbers(scaling.deviation)}. ${scaled}.
- Images are ${(inputShape[0] ?? 1) === 1 ? 'grey' : 'RGB'}, ${inputShape.slice(1).join(' x ')} (height x width), channels first; in the example they are ${fittings[resize].text}.
- Outputs: ${printShape(outputShape)}, ${meaning}. ${listed}
`
}
