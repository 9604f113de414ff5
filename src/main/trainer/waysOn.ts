// How a run whose device failed can go on: a smaller batch there, or another device; not going on (training.ts).
import type { RunDevice } from '../../shared/training/deviceNames'
import type { NetloomError } from '../../shared/graph/errors'
import { findDevices } from '../devices/deviceReports'
import { findFittingBatch, type FittingOptions } from '../devices/fittingBatch'
import { readRun } from '../runs/runFolder'

/** What would let a run go on. */
export interface WaysOn {
  /** The largest half, quarter, ... of its batch that fits on its device; null: none, or memory was not the matter. */
  readonly batchSize: number | null
  /** Other devices of its engine that work. */
  readonly devices: readonly RunDevice[]
}

/**
 * The largest batch, found by halving, with which a run's network trains on its device.
 * @throws NetloomError run.missing
 */
export async function findBatchOf(run: string, options: FittingOptions = {}): Promise<number | null> {
  const { document, recipe, engine, device } = await readRun(run)
  return findFittingBatch({ document, recipe, engine, device }, options)
}

/** Looks for the ways on of a run after a failure of its device. @throws NetloomError run.missing */
export async function findWaysOn(run: string, error: NetloomError, options: FittingOptions = {}): Promise<WaysOn> {
  const { engine, device } = await readRun(run)
  const found = device === 'cpu' ? [] : await findDevices({ engine, takesMissing: true, signal: options.signal })
  const others = found.filter((other) => other.engine === engine && other.device !== device && other.state === 'works')
  const batchSize = error.code === 'engine.memory' ? await findBatchOf(run, options) : null
  return { batchSize, devices: others.map((other) => other.device) }
}
