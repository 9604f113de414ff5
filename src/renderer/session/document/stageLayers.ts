// Which layers of a network the convolution stage can step through; not the stepping.
import { findLayer } from '../../../shared/layers/index'
import type { Inference } from '../../../shared/network/inferDocument'
import { windowOf } from '../../../shared/network/explanation/windowLines'

const steppable: ReadonlySet<string> = new Set(['conv2d', 'depthwiseConv2d', 'maxPool2d', 'averagePool2d'])

/** Whether a layer slides a window that can be stepped through. */
export function isSteppable(type: string): boolean {
  return steppable.has(type)
}

/** Whether a layer is a pooling. */
export function isPooling(type: string): boolean {
  return findLayer(type)?.category === 'pooling'
}

/** Full paths of all such layers, those inside blocks too. */
export function listSteppable(inference: Inference): readonly string[] {
  return Array.from(inference.layers.values())
    .filter((layer) => isSteppable(layer.definition.type) && windowOf(layer) !== undefined)
    .map(({ node }) => node.id)
}

/** The first layer of a node that can be stepped through: itself, or one inside a block. */
export function findSteppable(inference: Inference, id: string): string | null {
  return listSteppable(inference).find((path) => path === id || path.startsWith(`${id}/`)) ?? null
}
