// What a network makes of a truth table while it learns, and over the plane of its two inputs; not the training itself (trainer/).
import { initialiseWeights } from '../../../shared/network/initialise'
import { requireSound } from '../../../shared/network/inferDocument'
import { requireScaling } from '../../../shared/network/checkScaling'
import { drawTruthRow, labelOf, truthTables, type TruthTableName } from '../../../shared/datasets/truthTables'
import type { Engine, PredictionSession } from '../../../shared/training/computeEngine'
import type { TensorMap } from '../../../shared/onnx/tensor'
import type { InputScaling, NetworkDocument } from '../../../shared/graph/document'
import { internalError } from '../../../shared/graph/errors'
import type { FieldResult, TableResult } from '../../../shared/lectures/experiments/results'
import { RandomStream } from '../../../shared/training/randomStream'
import type { Recipe } from '../../../shared/training/recipe'
import { initialScheduleState, learningRateAt } from '../../../shared/training/schedules'

/** A network as a run trained it on a truth table. */
export interface TrainedTable {
  readonly table: TruthTableName
  readonly document: NetworkDocument
  readonly recipe: Recipe
  readonly scaling: InputScaling
  /** The run's last weights; the replay must end in them. */
  readonly weights: TensorMap
  readonly engine: Engine
}

/** Epochs after which the outputs are kept: all of the first ones, then fewer and fewer, and the last. */
function isKept(epoch: number, epochs: number): boolean {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, epoch))) - 1)
  return epoch <= 30 || epoch === epochs || epoch % (step * 10) === 0
}

function openPrediction({ engine, document, scaling }: TrainedTable, weights: TensorMap): Promise<PredictionSession> {
  return engine.openPrediction({ document, scaling, weights }, 'cpu')
}

/** Bytes of all rows, one after the other: [N, 1, 1, F]. */
function joinRows(table: TruthTableName, order: Iterable<number>): Uint8Array {
  const rows = truthTables[table]
  const parts = Array.from(order, (index) => Array.from(rows[index] ? drawTruthRow(rows[index]) : []))
  return Uint8Array.from(parts.flat())
}

/** w and b of the one unit of a perceptron; null for any other network. */
function findPlane(document: NetworkDocument, weights: TensorMap): TableResult['epochs'][number]['plane'] {
  const trained = document.nodes.filter(({ type }) => type === 'dense')
  const [only] = trained
  if (trained.length !== 1 || !only) return null
  const [weight, bias] = [weights.get(`${only.id}/weight`), weights.get(`${only.id}/bias`)]
  if (!weight || !bias || weight.dims[0] !== 1) return null
  return { weights: [...weight.data], bias: bias.data[0] ?? 0 }
}

async function readEpoch(trained: TrainedTable, epoch: number, weights: TensorMap) {
  const rows = truthTables[trained.table]
  const session = await openPrediction(trained, weights)
  try {
    const values = await session.predict(joinRows(trained.table, rows.keys()), rows.length)
    const outputs = rows.map((_, row) => values[2 * row + 1] ?? NaN)
    // Of equal outputs the first class counts, as in every accuracy.
    const answers = rows.map((_, row) => ((values[2 * row + 1] ?? NaN) > (values[2 * row] ?? NaN) ? 1 : -1))
    return { epoch, outputs, answers, plane: findPlane(trained.document, weights) }
  } finally {
    await session.dispose()
  }
}

function isEqual(a: TensorMap, b: TensorMap): boolean {
  return [...a].every(([path, { data }]) => {
    const other = b.get(path)?.data
    return other !== undefined && data.every((value, index) => value === other[index])
  })
}

/**
 * Takes a run's steps once more, in the same order, and keeps what the network says of every row after each epoch.
 * @throws NetloomError internal where the steps do not end in the run's own weights; what the engine throws
 */
export async function traceTable(trained: TrainedTable): Promise<TableResult> {
  const { table, document, recipe, scaling, engine } = trained
  const rows = truthTables[table]
  const weights = initialiseWeights(document, recipe.seed)
  const session = await engine.openTraining({ document, recipe, scaling, weights }, 'cpu')
  try {
    const epochs = [await readEpoch(trained, 0, weights)]
    let step = 0
    const totalSteps = recipe.epochs * Math.ceil(rows.length / recipe.batchSize)
    for (let epoch = 0; epoch < recipe.epochs; epoch++) {
      const order = new RandomStream(recipe.seed, 'order', epoch).permutation(rows.length)
      for (let start = 0; start < rows.length; start += recipe.batchSize) {
        const batch = order.subarray(start, start + recipe.batchSize)
        const learningRate = learningRateAt(recipe, { step, epoch, totalSteps }, initialScheduleState)
        const labels = Int32Array.from(batch, (index) => (rows[index] ? labelOf(rows[index]) : 0))
        await session.step({ pixels: joinRows(table, batch), labels, learningRate })
        step++
      }
      if (isKept(epoch + 1, recipe.epochs))
        epochs.push(await readEpoch(trained, epoch + 1, await session.readWeights()))
    }
    if (!isEqual(await session.readWeights(), trained.weights))
      throw internalError(`the steps of "${document.name}" taken again end in other weights`)
    return { name: table, epochs }
  } finally {
    await session.dispose()
  }
}

/** Part of the plane that is shown: around the rows at 0 and 1. */
const [low, high] = [-0.5, 1.5]
const extent = 41

/**
 * How far class 1 is ahead of class -1 over the plane of a network's two inputs; null for networks of other inputs.
 * @throws NetloomError what the engine throws
 */
export async function mapPlane(trained: TrainedTable): Promise<FieldResult | null> {
  const shape = requireSound(trained.document).inputNode.outputs[0] ?? []
  if (shape.reduce((product, length) => product * length, 1) !== 2) return null
  // Pixels 0 ... 255 stand for low ... high: (pixel / 255 - mean) / deviation.
  const scaling = requireScaling({ mean: [-low / (high - low)], deviation: [1 / (high - low)] }, shape)
  const session = await openPrediction({ ...trained, scaling }, trained.weights)
  try {
    const pixels = new Uint8Array(2 * extent * extent)
    const place = (index: number) => Math.round((255 * index) / (extent - 1))
    for (let point = 0; point < extent * extent; point++) {
      pixels[2 * point] = place(point % extent)
      pixels[2 * point + 1] = place(Math.floor(point / extent))
    }
    const outputs = await session.predict(pixels, extent * extent)
    const ahead = (point: number) => (outputs[2 * point + 1] ?? 0) - (outputs[2 * point] ?? 0)
    const values = Array.from({ length: extent * extent }, (_, point) => Number(ahead(point).toPrecision(4)))
    return { low, high, extent, values }
  } finally {
    await session.dispose()
  }
}
