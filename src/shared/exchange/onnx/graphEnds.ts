// Where a network ends in its file: which output is taken, and what follows the scores that it gives; not the nodes before.
import { NetloomError } from '../../graph/errors'
import { dataTypes } from '../../onnx/dataTypes'
import type { OnnxGraph, OnnxNode, ValueInfo } from '../../onnx/model'
import { describeNode } from './describeNode'

/**
 * The output that is wanted, or the first that is a number for each class or can be traced to one.
 * @throws NetloomError `onnx.unsupported` for a name that is no output; `onnx.malformed` where there is none
 */
export function chooseOutput(graph: OnnxGraph, wanted: string | undefined): ValueInfo {
  const { outputs } = graph
  const [first] = outputs
  if (!first)
    throw new NetloomError('onnx.malformed', 'The graph has no output.', {
      hint: 'The file is damaged, or the program that wrote it has a fault.',
    })
  if (wanted === undefined)
    return outputs.find(({ name, dataType }) => dataType === 'float32' || findEnd(graph, name)) ?? first
  const found = outputs.find(({ name }) => name === wanted)
  if (found) return found
  const names = outputs.map(({ name }) => name)
  throw new NetloomError('onnx.output', `The file has no output "${wanted}".`, {
    expected: names,
    received: wanted,
    hint: `Choose one of ${names.map((name) => `"${name}"`).join(', ')}.`,
  })
}

/** Operators that hand on what an ArgMax gives, in another form, by the input that they hand on. */
const passing: Readonly<Record<string, number>> = {
  Cast: 0,
  Squeeze: 0,
  Unsqueeze: 0,
  Reshape: 0,
  Flatten: 0,
  Identity: 0,
  Gather: 1,
}

/** Operators that choose among scores. */
const deciding: ReadonlySet<string> = new Set(['ArgMax', 'TopK', 'Hardmax', 'Greater', 'GreaterOrEqual'])

/** The value before the operators that choose a class, with what to say of it; undefined where the file ends in scores. */
export function findEnd(
  graph: OnnxGraph,
  output: string,
): { readonly value: string; readonly note: string } | undefined {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))
  let cast: OnnxNode | undefined
  let node = producers.get(output)
  for (let steps = 0; node && steps < 20; steps++) {
    if (node.domain !== '') return undefined
    if (deciding.has(node.opType)) {
      const [value = '', other = ''] = node.inputs
      const isComparison = node.opType.startsWith('Greater')
      // Two scores that are compared with each other are no one score.
      if (isComparison && producers.get(other) && producers.get(other)?.opType !== 'Constant') return undefined
      const isSmallest = node.attributes['largest']?.type === 'int' && node.attributes['largest'].value === 0
      return isSmallest ? undefined : { value, note: describeEnd(node, value) }
    }
    const place = Object.hasOwn(passing, node.opType) ? passing[node.opType] : undefined
    if (place === undefined) break
    if (isCastToWhole(node)) cast = node
    node = producers.get(node.inputs[place] ?? '')
  }
  const [value = ''] = cast?.inputs ?? []
  return cast ? { value, note: describeEnd(cast, value) } : undefined
}

function isCastToWhole({ opType, attributes }: OnnxNode): boolean {
  const { to } = attributes
  return opType === 'Cast' && to?.type === 'int' && to.value !== dataTypes.float32.code
}

function describeEnd(node: OnnxNode, value: string): string {
  const what = node.opType === 'Cast' ? 'rounds' : 'chooses among'
  return `The file ends in ${describeNode(node)}, which ${what} the scores "${value}": it is cut off, so that the network ends in one score per class.`
}
