// Which layers of a network the convolution stage can step through; not the stepping.
import type { SlidingWindow } from '../../../shared/layers/define'
import type { Inference } from '../../../shared/network/inferDocument'

/** A layer that slides a window, by its full path. */
export interface SteppableLayer {
  readonly id: string
  readonly operation: SlidingWindow<unknown>['operation']
}

/** All such layers, those inside blocks too. */
export function listSteppable(inference: Inference): readonly SteppableLayer[] {
  return Array.from(inference.layers.values()).flatMap(({ node, definition }) =>
    definition.window ? [{ id: node.id, operation: definition.window.operation }] : [],
  )
}

/** The first layer of a node that can be stepped through: itself, or one inside a block. */
export function findSteppable(inference: Inference, id: string): SteppableLayer | null {
  return listSteppable(inference).find((layer) => layer.id === id || layer.id.startsWith(`${id}/`)) ?? null
}
