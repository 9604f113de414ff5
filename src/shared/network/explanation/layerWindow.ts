// The window that a layer of a network slides over its input; not its arithmetic (shapes/windowLines.ts).
import { isBlock, type SlidingWindow } from '../../layers/define'
import type { PlacedWindow } from '../../shapes/window'
import type { InferredNode } from '../inferDocument'

export interface LayerWindow {
  readonly operation: SlidingWindow<unknown>['operation']
  readonly placed: PlacedWindow
  /** Parts into which the channels fall that do not see each other. */
  readonly groups: number
  /** Whether padding counts in the divisor of an average. */
  readonly countsPadding: boolean
}

/** The window of a convolution or pooling on its input; undefined for layers without one, and for blocks. */
export function windowOf(layer: InferredNode): LayerWindow | undefined {
  const { definition, params, inputs, inputNames } = layer
  if (isBlock(definition) || !definition.window) return undefined
  const { window } = definition
  const context = { nodeId: layer.node.id, params, inputs, inputNames }
  return {
    operation: window.operation,
    placed: window.place(context),
    groups: window.groups?.(context) ?? 1,
    countsPadding: window.countsPadding?.(params) ?? false,
  }
}
