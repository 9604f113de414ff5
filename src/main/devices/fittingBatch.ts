// The largest batch that fits on a device, found by halving and trying; not changing a run.
import type { DeviceName, EngineName } from '../../shared/training/deviceNames'
import type { NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { serializeDocument } from '../../shared/graph/schema'
import type { Recipe } from '../../shared/training/recipe'
import { measureSteps } from './measureSteps'

export interface FittingRequest {
  readonly document: NetworkDocument
  readonly recipe: Recipe
  readonly engine: EngineName
  readonly device: DeviceName
}

export interface FittingOptions {
  readonly signal?: AbortSignal
  /** Told before a batch is tried. */
  readonly onTry?: (batchSize: number) => void
  /** Tests put another one here. */
  readonly measure?: typeof measureSteps
}

/**
 * Halves the recipe's batch until steps of the network run on the device, each try in a process of its own.
 * @returns null where not even one image fits, or where something else than memory is lacking
 * @throws the reason of the signal
 */
export async function findFittingBatch(request: FittingRequest, options: FittingOptions = {}): Promise<number | null> {
  const { document, recipe, engine, device } = request
  const { signal, onTry, measure = measureSteps } = options
  const text = serializeDocument(document)
  for (let batchSize = Math.floor(recipe.batchSize / 2); batchSize >= 1; batchSize = Math.floor(batchSize / 2)) {
    onTry?.(batchSize)
    try {
      await measure({ document: text, recipe: { ...recipe, batchSize }, engine, device }, { signal })
      return batchSize
    } catch (error) {
      signal?.throwIfAborted()
      // A process that the system ended, as it does when memory runs out, has no words of its own.
      const isMemory = error instanceof NetloomError && ['engine.memory', 'training.stopped'].includes(error.code)
      if (!isMemory) return null
    }
  }
  return null
}
