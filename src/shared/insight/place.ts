// What of a network can be looked at by name: its layers and blocks, or the operators of a file; not what they give.
import { NetloomError } from '../graph/errors'
import { printShape } from '../graph/shape'
import { suggestName } from '../graph/suggest'

/** A layer, a block or an operator with the value that it gives. */
export interface Place {
  /** Id of the layer or block, or name of the operator. */
  readonly id: string
  /** Type of the layer or block, or the operator. */
  readonly type: string
  /** Name of its first output in the graph. */
  readonly value: string
  /** Whether other places are inside. */
  readonly isBlock: boolean
}

/** How many names an error lists. */
const mostNamed = 8

function listNames(names: readonly string[]): string {
  const more = names.length - mostNamed
  return `${names.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** The parts of a name: `/layer1/layer1.0/Relu` has three. */
function partsOf(name: string): readonly string[] {
  return name.split('/').filter((part) => part !== '')
}

/** Whether a place stands inside what `scope` names: `layer1` or `layer1.0` for `/layer1/layer1.0/Relu`. */
function isInside({ id }: Place, scope: readonly string[]): boolean {
  const parts = partsOf(id).slice(0, -1)
  return parts.some((_, start) => scope.every((part, index) => parts[start + index] === part))
}

/**
 * The place of a name: of a layer, block, operator or value; else the last operator of a part of the network that programs
 * wrote into the names of its operators.
 * @param network its name, for the error
 * @throws NetloomError `insight.layer` where there is none
 */
export function findPlace(network: string, places: readonly Place[], name: string): Place {
  const exact = places.find(({ id }) => id === name) ?? places.findLast(({ value }) => value === name)
  if (exact) return exact
  const parts = partsOf(name)
  const joined = parts.join('/')
  const found = places.find(({ id }) => partsOf(id).join('/') === joined)
  if (found && joined !== '') return found
  const inside = parts.length === 0 ? undefined : places.findLast((place) => isInside(place, parts))
  if (inside) return inside
  const ids = places.map(({ id }) => id)
  const near = suggestName(name, ids)
  const alike = ids.filter((id) => name !== '' && id.toLowerCase().includes(name.toLowerCase()))
  const hint =
    near === undefined ? `Choose one of: ${listNames(alike.length > 0 ? alike : ids)}.` : `Did you mean "${near}"?`
  throw new NetloomError('insight.layer', `${network} has no layer "${name}".`, { received: name, hint })
}

/** Extents of one image's maps, or undefined for what has no height and width. @param dims with the batch axis */
export function mapShape(dims: readonly number[]): readonly [number, number, number] | undefined {
  const [, channels, height, width] = dims
  if (dims.length !== 4 || channels === undefined || height === undefined || width === undefined) return undefined
  return [channels, height, width]
}

/** The same with vectors as maps of one position. */
export function unitShape(dims: readonly number[]): readonly [number, number, number] | undefined {
  const [, channels] = dims
  return dims.length === 2 && channels !== undefined ? [channels, 1, 1] : mapShape(dims)
}

/**
 * @param fitting ids of the places that have maps
 * @returns the error for a place without
 */
export function withoutMaps({ id, type }: Place, dims: readonly number[], fitting: readonly string[]): NetloomError {
  const what = dims.length === 2 ? `a vector of ${dims[1] ?? 0} values` : printShape(dims.slice(1))
  const hint =
    fitting.length === 0
      ? 'No layer of this network has maps.'
      : `Layers with maps: ${listNames(fitting.toReversed())}.`
  return new NetloomError('insight.layer', `${type} "${id}" gives ${what} and has no maps.`, {
    nodeId: id,
    expected: '[C, H, W]',
    received: printShape(dims.slice(1)),
    hint,
  })
}
