// Receptive fields along height and width, layer by layer; not how a layer widens them (its `receptiveWindow`).
import type { Pair } from './window'

/**
 * The part of the network's input that one position of a layer sees.
 * @see Dang Ha The Hien, "A guide to receptive field arithmetic for Convolutional Neural Networks", 2017
 */
export interface ReceptiveField {
  /** Rows and columns of the input that one position depends on. */
  readonly size: Pair
  /** Input rows and columns between neighbouring positions. */
  readonly jump: Pair
  /** Centre of the first position's field; pixel i of the input covers [i, i + 1), so its centre is i + 0.5. */
  readonly start: Pair
}

/**
 * How a layer widens the receptive field along height and width; `global`: each output sees the whole input;
 * `none`: positions end here (dense, flatten). Left out: position by position, the field does not change.
 */
export type ReceptiveWindow =
  | 'global'
  | 'none'
  | {
      readonly kernel: Pair
      /** Below 1 where a layer makes its input larger: 0.5 doubles it. */
      readonly stride: Pair
      readonly dilation: Pair
      /** Rows above and columns to the left that padding adds. */
      readonly padBegin: Pair
    }

/** The field of the input itself: each pixel sees itself. */
export const inputReceptiveField: ReceptiveField = { size: [1, 1], jump: [1, 1], start: [0.5, 0.5] }

/**
 * The field behind one more layer: size + (kernel - 1) * dilation * jump, jump * stride,
 * start + ((kernel - 1) * dilation / 2 - padBegin) * jump.
 * @returns null where single positions no longer exist or each sees everything
 */
export function extendReceptiveField(
  field: ReceptiveField,
  window: ReceptiveWindow | undefined,
): ReceptiveField | null {
  if (window === undefined) return field
  if (typeof window === 'string') return null
  const { kernel, stride, dilation, padBegin } = window
  const perAxis = (compute: (axis: 0 | 1) => number): Pair => [compute(0), compute(1)]
  const reach = perAxis((axis) => (kernel[axis] - 1) * dilation[axis])
  return {
    size: perAxis((axis) => field.size[axis] + reach[axis] * field.jump[axis]),
    jump: perAxis((axis) => field.jump[axis] * stride[axis]),
    start: perAxis((axis) => field.start[axis] + (reach[axis] / 2 - padBegin[axis]) * field.jump[axis]),
  }
}

/**
 * The field where branches meet: the largest one, null if any branch has none. Branches that meet have the same jump,
 * so the largest field stands for all; it contains the others where their padding keeps them centred.
 */
export function mergeReceptiveFields(fields: readonly (ReceptiveField | null)[]): ReceptiveField | null {
  let merged: ReceptiveField | null = null
  for (const field of fields) {
    if (field === null) return null
    merged = merged === null ? field : largerField(merged, field)
  }
  return merged
}

function largerField(a: ReceptiveField, b: ReceptiveField): ReceptiveField {
  const rows = b.size[0] > a.size[0] ? b : a
  const columns = b.size[1] > a.size[1] ? b : a
  return {
    size: [rows.size[0], columns.size[1]],
    jump: [rows.jump[0], columns.jump[1]],
    start: [rows.start[0], columns.start[1]],
  }
}
