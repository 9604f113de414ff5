// The list of all layers; what each is stands in its own file.
import { add } from './add'
import { averagePool2d } from './averagePool2d'
import { batchNorm } from './batchNorm'
import { concat } from './concat'
import { conv2d } from './conv2d'
import type { LayerDefinition } from './define'
import { dense } from './dense'
import { dropout } from './dropout'
import { flatten } from './flatten'
import { globalAveragePool } from './globalAveragePool'
import { globalMaxPool } from './globalMaxPool'
import { input } from './input'
import { localResponseNorm } from './localResponseNorm'
import { maxPool2d } from './maxPool2d'
import { multiply } from './multiply'
import { relu } from './relu'
import { zeroPad2d } from './zeroPad2d'

/** Every layer, in the order of the palette. */
export const layerDefinitions: readonly LayerDefinition[] = [
  input,
  conv2d,
  maxPool2d,
  averagePool2d,
  globalAveragePool,
  globalMaxPool,
  dense,
  flatten,
  zeroPad2d,
  batchNorm,
  localResponseNorm,
  dropout,
  relu,
  add,
  multiply,
  concat,
]

const byType = new Map(layerDefinitions.map((definition) => [definition.type, definition]))

/** The layer of a type, or undefined where there is none. */
export function findLayer(type: string): LayerDefinition | undefined {
  return byType.get(type)
}
