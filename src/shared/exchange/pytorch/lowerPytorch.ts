// A network document as a folder for PyTorch: the texts of its files and its weights under PyTorch's names; not files on a disk.
import type { ResizePolicy } from '../../datasets/dataset'
import type { Tensor, TensorMap } from '../../onnx/tensor'
import type { InputScaling, NetworkDocument, NodeId } from '../../graph/document'
import { internalError } from '../../graph/errors'
import { errorOf } from '../../graph/issue'
import { countElements, type Shape } from '../../graph/shape'
import { findAuxiliaryLayers } from '../../network/auxiliary'
import { requireSound, type FindLayer, type SoundInference } from '../../network/inferDocument'
import { requireScaling } from '../../network/checkScaling'
import { checkWeights, listWeights } from '../../network/weights'
import { writeClasses } from './sharedClasses'
import { helperClasses, helperNames } from './helperClasses'
import { printExample, printModel, printReadme, type NetworkFacts } from './pytorchFiles'
import { pascalCase, PythonNames } from './pythonText'
import { writeScope, type Scope } from './scopes'

export interface LowerPytorchOptions {
  /** All weights of the document. */
  readonly weights: TensorMap
  readonly scaling: InputScaling
  /** True: the network takes pixels 0 ... 255 and scales them itself. */
  readonly scalingInside?: boolean
  /** Names of the classes; left out: those of the document. */
  readonly classes?: readonly string[]
  /** How the example fits images of other sizes. */
  readonly resize?: ResizePolicy
  /** Version of Netloom, for the first line. */
  readonly version?: string
  readonly findLayer?: FindLayer
}

export interface PytorchNetwork {
  /** File names and their texts: `model.py`, `example.py`, `README.md`. */
  readonly files: readonly { readonly name: string; readonly text: string }[]
  /** By PyTorch's names: `stage1.block1.conv1.weight`. */
  readonly tensors: TensorMap
  readonly className: string
  /** Extents for one image. */
  readonly inputShape: Shape
  readonly outputShape: Shape
}

/** Names that the text of model.py has for itself. */
const reservedNames = (
  'CLASSES INPUT_SHAPE MEAN DEVIATION SCALING_INSIDE OUTPUT WEIGHTS ' +
  'F Path json nn torch load read_safetensors scale'
)
  .split(' ')
  .concat(helperNames)

/**
 * Writes a document as PyTorch code. Side branches that only training has are left out, and so are their weights.
 * @throws NetloomError the first error of the document; `weights.mismatch`; `export.unsupported` for an operator of an
 * imported file that no layer expresses; `layer.shape` where the scaling does not fit
 */
export function lowerPytorch(document: NetworkDocument, options: LowerPytorchOptions): PytorchNetwork {
  const inference = requireSound(document, options.findLayer)
  const leftOut = findAuxiliaryLayers(inference)
  const leftOutIds: ReadonlySet<string> = leftOut
  const wanted = listWeights(inference).filter(({ nodeId }) => !leftOutIds.has(nodeId))
  const error = errorOf(checkWeights(wanted, options.weights))
  if (error) throw error
  const network = openNetwork(document, inference, leftOut)
  const inputShape = inference.inputNode.outputs[0] ?? []
  const outputShape = inference.outputLayer.outputs[0] ?? []
  const classes = options.classes ?? document.classes
  const facts: Omit<NetworkFacts, 'className'> = {
    name: document.name,
    inputShape,
    outputShape,
    scaling: requireScaling(options.scaling, inputShape),
    scalingInside: options.scalingInside === true,
    output: inference.outputLayer.definition.type === 'softmax' ? 'probabilities' : 'logits',
    classes: classes?.length === countElements(outputShape) ? classes : undefined,
    resize: options.resize ?? 'stretch',
    version: options.version ?? '',
  }
  const { name: className, texts } = writeClasses(network, new PythonNames(reservedNames), openForward(facts))
  const helpers = helperNames.filter((helper) => network.helpers.has(helper)).map((helper) => helperClasses[helper])
  const whole = { ...facts, className }
  return {
    files: [
      { name: 'model.py', text: printModel(whole, [...helpers, ...texts]) },
      { name: 'example.py', text: printExample(whole) },
      { name: 'README.md', text: printReadme(whole) },
    ],
    tensors: collectTensors(network, options.weights),
    className,
    inputShape,
    outputShape,
  }
}

function openNetwork(
  document: NetworkDocument,
  { inputNode, outputNode, nodes }: SoundInference,
  leftOut: ReadonlySet<NodeId>,
): Scope {
  const [inputPort = ''] = inputNode.outputPorts
  const [outputPort = ''] = outputNode.outputPorts
  return writeScope(
    {
      className: pascalCase(document.name),
      title: document.name,
      id: document.name,
      prefix: '',
      nodes: [...nodes.values()],
      inputs: [{ port: { node: inputNode.node.id, port: inputPort }, shape: inputNode.outputs[0] ?? [] }],
      outputs: [{ node: outputNode.node.id, port: outputPort }],
    },
    leftOut,
  )
}

/** Where the network scales pixels itself: its constants, and the first line of forward. */
function openForward({ scalingInside, inputShape, scaling }: Omit<NetworkFacts, 'className'>) {
  if (!scalingInside) return { constructor: [], forward: [] }
  const view = [1, scaling.mean.length, ...inputShape.slice(1).map(() => 1)].join(', ')
  return {
    constructor: [
      `self.register_buffer("scaling_mean", torch.tensor(MEAN).view(${view}), persistent=False)`,
      `self.register_buffer("scaling_deviation", torch.tensor(DEVIATION).view(${view}), persistent=False)`,
    ],
    forward: ['x = (x / 255 - self.scaling_mean) / self.scaling_deviation'],
  }
}

function collectTensors({ weights }: Scope, given: TensorMap): TensorMap {
  return new Map(
    weights.map(({ path, name, dims }): [string, Tensor] => {
      const tensor = given.get(path)
      if (!tensor) throw internalError(`the weight "${path}" is missing`)
      return [name, { dims, data: tensor.data }]
    }),
  )
}
