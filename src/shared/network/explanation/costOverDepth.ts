// Where memory, parameters and multiplications sit along a network, in numbers and one sentence each; not the chart.
/** What a cost is counted in. */
export type Cost = 'activationBytes' | 'parameters' | 'macs'

/** What is known of each layer; `LayerAnalysis` has it. */
export type CountedLayer = { readonly id: string } & { readonly [cost in Cost]: number }

/** Layers that together hold most of a cost. */
export interface CostSummary {
  readonly cost: Cost
  readonly total: number
  /** The largest first; as few as reach half of the total, at most three. */
  readonly largest: readonly { readonly id: string; readonly count: number; readonly share: number }[]
  /** Share of the first and of the last third of the layers, in [0, 1]; where the total is 0, both are 0. */
  readonly early: number
  readonly late: number
}

/** Finds the layers that hold most of a cost. */
export function summariseCost(layers: readonly CountedLayer[], cost: Cost): CostSummary {
  const total = layers.reduce((sum, layer) => sum + layer[cost], 0)
  const ranked = layers
    .filter((layer) => layer[cost] > 0)
    .map((layer) => ({ id: layer.id, count: layer[cost], share: layer[cost] / total }))
    .toSorted((a, b) => b.count - a.count)
  const largest: { id: string; count: number; share: number }[] = []
  let reached = 0
  for (const layer of ranked) {
    if (reached >= 0.5 || largest.length === 3) break
    largest.push(layer)
    reached += layer.share
  }
  const third = Math.ceil(layers.length / 3)
  const share = (part: readonly CountedLayer[]): number =>
    total === 0 ? 0 : part.reduce((sum, layer) => sum + layer[cost], 0) / total
  return { cost, total, largest, early: share(layers.slice(0, third)), late: share(layers.slice(-third)) }
}

const subjects: Readonly<Record<Cost, string>> = {
  activationBytes: 'memory',
  parameters: 'parameters',
  macs: 'multiplications',
}

/** `Most parameters: fc6 (74.3%)`; `No parameters` where there are none. */
export function printCostSummary({ cost, total, largest }: CostSummary): string {
  if (total === 0) return `No ${subjects[cost]}.`
  const parts = largest.map(({ id, share }) => `${id} (${Math.round(1000 * share) / 10}%)`)
  return `Most ${subjects[cost]}: ${parts.join(', ')}.`
}
