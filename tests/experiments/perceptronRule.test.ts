// The perceptron rule on the engine against the rule itself: w + rate (t - f) x, one row after the other, exactly.
import { expect, it } from 'vitest'
import { ortEngine } from '../../src/main/engines/ort/engine'
import { perceptron } from '../../src/shared/lectures/architectures/perceptron'
import { initialiseWeights } from '../../src/shared/network/initialise'
import { drawTruthRow, labelOf, truthTables } from '../../src/shared/datasets/truthTables'
import { recipeSchema } from '../../src/shared/training/recipe'

it('takes the steps of the perceptron rule, and counts 0 for 1', async () => {
  const document = perceptron.build()
  const recipe = recipeSchema.parse(document.recipe)
  const session = await ortEngine.openTraining(
    { document, recipe, scaling: { mean: [0], deviation: [1] }, weights: initialiseWeights(document, 1) },
    'cpu',
  )
  try {
    const weights = [0, 0, 0]
    let bias = 0
    const rows = truthTables['truth-table']
    for (let step = 0; step < 24; step++) {
      const row = rows[(step * 5) % 8]
      if (!row) throw new Error('no row')
      const sum = row.inputs.reduce<number>((sum, bit, index) => sum + bit * (weights[index] ?? 0), bias)
      const answer = sum >= 0 ? 1 : -1
      const { loss, correct } = await session.step({
        pixels: drawTruthRow(row),
        labels: Int32Array.of(labelOf(row)),
        learningRate: 0.5,
      })
      expect(correct).toBe(answer === row.answer ? 1 : 0)
      expect(loss).toBe((answer - row.answer) ** 2 / 2)
      const change = 0.5 * (row.answer - answer)
      row.inputs.forEach((bit, index) => (weights[index] = (weights[index] ?? 0) + change * bit))
      bias += change
      const own = await session.readWeights()
      expect([...(own.get('unit/weight')?.data ?? [])].map((value) => value + 0)).toEqual(weights)
      expect((own.get('unit/bias')?.data[0] ?? NaN) + 0).toBe(bias)
    }
  } finally {
    await session.dispose()
  }
})

it('has no gradient through a step without the rule', async () => {
  const document = perceptron.build()
  const recipe = recipeSchema.parse({ ...document.recipe, loss: { type: 'mse' } })
  const request = { document, recipe, scaling: { mean: [0], deviation: [1] }, weights: initialiseWeights(document, 1) }
  const train = async () => {
    const session = await ortEngine.openTraining(request, 'cpu')
    await session.step({ pixels: Uint8Array.of(255, 0, 0), labels: Int32Array.of(0), learningRate: 0.5 })
  }
  await expect(train()).rejects.toMatchObject({ code: 'autodiff.noGradient' })
})
