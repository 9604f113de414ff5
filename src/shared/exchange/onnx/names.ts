// Names of layers from the names of nodes and weights in a file: readable, unique, by the rule of node names; not the graph (convert.ts).
import { isNodeId } from '../../graph/nodeId'
import { UniqueNames } from '../../graph/uniqueNames'
import type { LayerType } from '../../layers/index'

/** What a name can be made of. */
export interface NameSource {
  readonly layerType: LayerType
  readonly opType: string
  /** The node's name in the file, often '' or `Conv_12`. */
  readonly nodeName: string
  /** Names of its weights in the file, the most telling first. */
  readonly weightNames: readonly string[]
  /** Places in the list of the layers it takes its inputs from. */
  readonly sources: readonly number[]
}

/** How layers are named that have no name of their own in the file. */
interface LayerNaming {
  /** A short word. */
  readonly word: string
  /** Whether it belongs to the part of the network before it, where nothing else says where it is. */
  readonly follows: boolean
}

const namings: Readonly<Record<LayerType, LayerNaming>> = {
  input: { word: 'input', follows: false },
  conv2d: { word: 'conv', follows: false },
  depthwiseConv2d: { word: 'conv', follows: false },
  convTranspose2d: { word: 'deconv', follows: false },
  maxPool2d: { word: 'pool', follows: false },
  averagePool2d: { word: 'pool', follows: false },
  globalAveragePool: { word: 'globalPool', follows: false },
  globalMaxPool: { word: 'globalPool', follows: false },
  dense: { word: 'dense', follows: false },
  flatten: { word: 'flatten', follows: false },
  reshape: { word: 'reshape', follows: false },
  batchNorm: { word: 'bn', follows: true },
  localResponseNorm: { word: 'lrn', follows: false },
  layerNorm: { word: 'layerNorm', follows: false },
  dropout: { word: 'dropout', follows: true },
  auxiliaryOutput: { word: 'auxiliaryOutput', follows: false },
  relu: { word: 'relu', follows: true },
  leakyRelu: { word: 'leakyRelu', follows: true },
  prelu: { word: 'prelu', follows: true },
  elu: { word: 'elu', follows: true },
  selu: { word: 'selu', follows: true },
  sigmoid: { word: 'sigmoid', follows: true },
  tanh: { word: 'tanh', follows: true },
  hardSigmoid: { word: 'hardSigmoid', follows: true },
  hardSwish: { word: 'hardSwish', follows: true },
  swish: { word: 'swish', follows: true },
  softplus: { word: 'softplus', follows: true },
  threshold: { word: 'threshold', follows: false },
  twoClasses: { word: 'twoClasses', follows: false },
  softmax: { word: 'softmax', follows: false },
  add: { word: 'add', follows: true },
  multiply: { word: 'multiply', follows: true },
  concat: { word: 'concat', follows: false },
  zeroPad2d: { word: 'pad', follows: false },
  upsample2d: { word: 'upsample', follows: false },
  channelShuffle: { word: 'shuffle', follows: false },
  onnxOperator: { word: 'onnxOperator', follows: false },
  onnxOperators: { word: 'operators', follows: false },
}

/** Last parts of node names that say the operator and not the place. */
const operatorWords: ReadonlySet<string> = new Set([
  'conv2d',
  'biasadd',
  'matmul',
  'fusedbatchnorm',
  'fusedbatchnormv3',
  'depthwise',
  'relu6',
  'mean',
  'avgpool',
  'maxpool',
  'mul',
  'add',
  'addv2',
  'concat',
  'concatv2',
])

/**
 * Names for all layers, in their order: `/layer1/layer1.0/conv1/Conv` becomes `layer1/0/conv1`.
 * @returns one name for each source, by the rule of node names, none twice and none of `reserved`
 */
export function nameLayers(sources: readonly NameSource[], reserved: Iterable<string> = []): readonly string[] {
  const stems = sources.map(findStem)
  const uses = new Map<string, number>()
  const folders = new Set<string>([''])
  for (const stem of stems) {
    if (!stem) continue
    const path = stem.join('/')
    uses.set(path, (uses.get(path) ?? 0) + 1)
    for (let length = 1; length < stem.length; length++) folders.add(stem.slice(0, length).join('/'))
  }
  const taken = new UniqueNames(reserved, '_')
  const paths: string[] = []
  sources.forEach((source, index) => {
    const stem = stems[index]
    const path = stem?.join('/') ?? ''
    // A module with several operators, or with modules inside, is a folder: its operators get a word of their own.
    const isLeaf = stem !== undefined && uses.get(path) === 1 && !folders.has(path)
    const folder = stem ? path : namings[source.layerType].follows ? folderOf(paths[source.sources[0] ?? -1]) : ''
    const wanted = isLeaf ? path : [folder, wordOf(source)].filter((part) => part !== '').join('/')
    const short = shorten(wanted)
    paths.push(taken.take(isNodeId(short) ? short : 'layer'))
  })
  return paths
}

function wordOf({ layerType, opType }: NameSource): string {
  if (layerType === 'onnxOperator') return `${opType.slice(0, 1).toLowerCase()}${opType.slice(1)}`
  return namings[layerType].word
}

function folderOf(path: string | undefined): string {
  return path === undefined ? '' : path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** The place that names speak of, as the parts of a path; undefined where they say nothing. */
function findStem({ nodeName, weightNames, opType }: NameSource): readonly string[] | undefined {
  if (nodeName.includes('/')) return pathOfNode(nodeName, opType)
  const weights = weightNames.flatMap((name) => pathOfWeight(name) ?? [])
  const fromWeight = weightNames.length > 0 ? weights[0] : undefined
  if (fromWeight?.includes('.')) return partsOf([fromWeight])
  const isTelling = nodeName !== '' && !isOperatorName(nodeName, opType) && !/^(?:node_.*|\d+)$/i.test(nodeName)
  if (isTelling) return partsOf([nodeName])
  return fromWeight === undefined ? undefined : partsOf([fromWeight])
}

/** `/layer1/layer1.0/conv1/Conv`: each part may repeat the one before it, the last may be the operator. */
function pathOfNode(name: string, opType: string): readonly string[] {
  const raw = name.split('/').filter((part) => part !== '')
  const last = raw.at(-1) ?? ''
  const places = isOperatorName(last, opType) ? raw.slice(0, -1) : raw
  return partsOf(
    places.map((part, index) => {
      const before = raw[index - 1]
      return before !== undefined && part.startsWith(`${before}.`) ? part.slice(before.length + 1) : part
    }),
  )
}

/** `Conv`, `Conv_12`, `Conv.0`, and the words of TensorFlow; `conv1` is a name that a person gave. */
function isOperatorName(name: string, opType: string): boolean {
  const word = name.replace(/[._-]\d+$/, '')
  return word === opType || operatorWords.has(word.toLowerCase())
}

/** `layer1.0.conv1.weight` without the weight; undefined for names that a program made up. */
function pathOfWeight(name: string): string | undefined {
  if (name.startsWith('onnx::') || /^\d+$/.test(name)) return undefined
  const stem = /^(.+)[._/](?:weight|bias|kernel|gamma|scale|running_mean|w)(?::0)?$/i.exec(name)?.[1]
  return stem?.replaceAll('/', '.')
}

/** Path parts of the characters that node names may have; numbers of lists become parts of their own. */
function partsOf(names: readonly string[]): readonly string[] {
  return names
    .flatMap((name) => name.split('.'))
    .map((part) => part.replace(/[^\p{L}\p{N}_-]+/gu, '_').replace(/^_+|_+$/g, ''))
    .filter((part) => part !== '')
}

/** The end of a path that is too long, which says more than its beginning. */
function shorten(path: string): string {
  if (path.length <= 180) return path
  const parts = path.split('/')
  while (parts.length > 1 && parts.join('/').length > 180) parts.shift()
  return parts.join('/').slice(-180)
}
