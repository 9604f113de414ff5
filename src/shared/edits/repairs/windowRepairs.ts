// Repairs where a window, its stride or its groups do not fit the input; not ranks and branches (shapeRepairs.ts).
import type { NetworkDocument, NetworkNode } from '../../graph/document'
import type { Issue } from '../../graph/errors'
import { findLayer } from '../../layers/index'
import { inferDocument } from '../../network/inferDocument'
import { parseParams, type LayerParams } from '../../network/parseParams'
import type { Repair, Repairers } from './repair'
import { edgesInto, nodeOf, setSome } from './repairEdits'

/** Repairs of `layer.window`, `layer.dropped` and `layer.division`. */
function findWindowRepairs(document: NetworkDocument, issue: Issue): readonly Repair[] {
  const node = nodeOf(document, issue.nodeId)
  const definition = node && findLayer(node.type)
  const params = node && definition && parseParams(node, definition).params
  if (!node || !params) return []
  if (issue.code === 'layer.division') return divide(document, node, params)
  const same: Repair[] =
    'padding' in definition.params.shape && params.padding !== 'same-upper'
      ? [{ label: 'Set padding to "same"', edit: setSome(node, { padding: 'same-upper' }) }]
      : []
  if (issue.code === 'layer.dropped') return [...same, ...roundUp(node, params)]
  return [...same, ...shrink(node, params, issue), ...unpad(node, params)]
}

/** Who repairs windows, strides and groups. */
export const windowRepairers: Repairers = {
  'layer.window': findWindowRepairs,
  'layer.dropped': findWindowRepairs,
  'layer.division': findWindowRepairs,
}

function isPair(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((entry) => typeof entry === 'number')
}

/** The largest window that still fits. */
function shrink(node: NetworkNode, params: LayerParams, { expected }: Issue): readonly Repair[] {
  const { kernel } = params
  const dilation = isPair(params.dilation) ? params.dilation : ([1, 1] as const)
  if (!isPair(kernel) || !isPair(expected)) return []
  const fit = (axis: 0 | 1): number =>
    Math.max(1, Math.min(kernel[axis], Math.floor((expected[axis] - 1) / dilation[axis]) + 1))
  const smaller = [fit(0), fit(1)] as const
  if (smaller.join() === kernel.join()) return []
  const value = smaller[0] === smaller[1] ? smaller[0] : [...smaller]
  return [{ label: `Use a ${smaller[0]}x${smaller[1]} window`, edit: setSome(node, { kernel: value }) }]
}

/** No padding, where there is some. */
function unpad(node: NetworkNode, { padding }: LayerParams): readonly Repair[] {
  if (padding === 'valid' || padding === undefined) return []
  return [{ label: 'Set padding to "valid"', edit: setSome(node, { padding: 'valid' }) }]
}

function roundUp(node: NetworkNode, { ceilMode }: LayerParams): readonly Repair[] {
  if (ceilMode !== false) return []
  return [{ label: 'Round up', edit: setSome(node, { ceilMode: true }) }]
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}

/** Groups that divide, or filters that divide by the groups. */
function divide(document: NetworkDocument, node: NetworkNode, params: LayerParams): readonly Repair[] {
  const { groups, filters } = params
  const source = edgesInto(document, node.id)[0]?.edge.from.node
  const channels = source && inferDocument(document).nodes.get(source)?.outputs[0]?.[0]
  if (typeof groups !== 'number' || typeof filters !== 'number' || channels === undefined) return []
  const divisor = greatestDivisor(greatestDivisor(channels, filters), groups)
  const rounded = Math.max(1, Math.round(filters / groups)) * groups
  return [
    { label: `Set groups to ${divisor}`, edit: setSome(node, { groups: divisor }) },
    ...(rounded === filters ? [] : [{ label: `Set filters to ${rounded}`, edit: setSome(node, { filters: rounded }) }]),
  ]
}
