// What the momentum of an imported batch norm becomes: in a file for inference it is no setting of a training; not the layer.

/** Ours, and that of PyTorch's exports. */
const usualMomentum = 0.9

/** Outside of these the running statistics hardly keep anything, or hardly move, in a training of usual length. */
const [least, most] = [0.5, 0.9999]

/**
 * The momentum to train on with, and why it is not the file's.
 * @param momentum the share of the running mean and variance that stays at each step
 */
export function trainingMomentum(momentum: number): { readonly momentum: number; readonly note?: string } {
  if (momentum >= least && momentum <= most) return { momentum }
  const why = momentum > most ? 'never move' : 'be those of the last batch'
  return {
    momentum: usualMomentum,
    note: `The file's momentum of ${momentum} is of an inference, and would let the statistics ${why} in a training: it is ${usualMomentum} here`,
  }
}
