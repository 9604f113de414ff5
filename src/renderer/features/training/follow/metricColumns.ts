// The numbers of a run as growing typed columns, merged from pieces that may overlap; not where they come from nor how they are drawn.
import type { RunMetrics } from '../../../../shared/contract/runCalls'

/** One row per epoch that has ended. */
export type EpochRow = RunMetrics['epochs'][number]

const columnNames = ['step', 'epoch', 'loss', 'accuracy', 'learningRate'] as const
type ColumnName = (typeof columnNames)[number]

const smallestCapacity = 1024
/** Steps that are compared at most when an answer says again what is known. */
const longestLook = 100

/**
 * Steps of a run, in rising order, as columns of float64. Appending copies only when a column is full (it then doubles),
 * so a long run grows at constant cost per step. `version` changes with every change: a screen compares it.
 */
export class MetricColumns {
  private buffers: Record<ColumnName, Float64Array>
  private rows: EpochRow[] = []
  private count = 0
  private changes = 0
  private rewritten = 0

  constructor() {
    this.buffers = makeBuffers(smallestCapacity)
  }

  /** How many steps there are. */
  get length(): number {
    return this.count
  }

  /** Rises with every change. */
  get version(): number {
    return this.changes
  }

  /** Rises when steps that were there are others now, or gone. */
  get rewrites(): number {
    return this.rewritten
  }

  /** Epochs that have ended, in rising order. */
  get epochs(): readonly EpochRow[] {
    return this.rows
  }

  /** The last step there is; 0 where there is none (steps count from 1). */
  get lastStep(): number {
    return this.count === 0 ? 0 : (this.buffers.step[this.count - 1] ?? 0)
  }

  /** A column without a copy; valid until the next change. */
  column(name: ColumnName): Float64Array {
    return this.buffers[name].subarray(0, this.count)
  }

  /**
   * Whether the last step that is known is the same in an answer that begins with it. It is not where the run was resumed
   * from an earlier step meanwhile and has written other steps.
   */
  agreesWith({ steps }: RunMetrics, fromStep: number): boolean {
    if (this.count === 0 || fromStep !== this.lastStep) return true
    const last = this.count - 1
    return columnNames.every((name) => Object.is(steps[name][0], this.buffers[name][last]))
  }

  /**
   * Takes what the core knows from `fromStep` on. It replaces everything from that step on: a resumed run goes back to
   * its checkpoint and writes the steps after it anew.
   */
  merge(metrics: RunMetrics, fromStep: number): void {
    const { steps, epochs } = metrics
    const keep = this.countBefore(fromStep)
    // An answer may begin earlier than asked; only what is from `fromStep` on counts.
    let first = 0
    while (first < steps.step.length && (steps.step[first] ?? 0) < fromStep) first++
    const added = steps.step.length - first
    const known = this.rows.filter(({ step }) => step < fromStep)
    const arrived = epochs.filter(({ step }) => step >= fromStep)
    if (keep === this.count && added === 0 && arrived.length === 0 && known.length === this.rows.length) return
    if (!this.isContinued(steps, first, keep)) this.rewritten++
    this.reserve(keep + added)
    for (const name of columnNames) {
      const values = steps[name]
      this.buffers[name].set(first === 0 ? values : values.slice(first), keep)
    }
    this.count = keep + added
    this.rows = [...known, ...arrived]
    this.changes++
  }

  /** Empties the columns. */
  clear(): void {
    this.count = 0
    this.rows = []
    this.changes++
    this.rewritten++
  }

  /**
   * Whether an answer, from its row `first` on, says of the steps from `keep` on what is known of them. A long answer counts
   * as another one: looking costs more than smoothing it anew.
   */
  private isContinued(steps: RunMetrics['steps'], first: number, keep: number): boolean {
    if (this.count - keep > longestLook || first + this.count - keep > steps.step.length) return false
    return columnNames.every((name) => {
      const [told, known] = [steps[name], this.buffers[name]]
      for (let index = keep; index < this.count; index++)
        if (!Object.is(told[first + index - keep], known[index])) return false
      return true
    })
  }

  private countBefore(step: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.buffers.step[middle] ?? 0) < step) low = middle + 1
      else high = middle
    }
    return low
  }

  private reserve(count: number): void {
    const capacity = this.buffers.step.length
    if (count <= capacity) return
    const grown = makeBuffers(Math.max(count, 2 * capacity))
    for (const name of columnNames) grown[name].set(this.buffers[name])
    this.buffers = grown
  }
}

function makeBuffers(capacity: number): Record<ColumnName, Float64Array> {
  const make = () => new Float64Array(capacity)
  return { step: make(), epoch: make(), loss: make(), accuracy: make(), learningRate: make() }
}
