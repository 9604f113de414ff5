// Every recorded PyTorch case: the forward value and all gradients of our graphs, run by ONNX Runtime.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { differentiate, differentiateFrom } from '../../src/shared/autodiff/backward'
import { expandTraining } from '../../src/shared/autodiff/expandTraining'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import { addLoss } from '../../src/shared/training/losses'
import { buildCase, type OperatorCase, type RecordedTensor } from './operatorCase'
import { lossOf, readRecordedCases, type LossCase } from './recordedCases'
import { relativeError, runGraph, type Numbers } from './runGraph'

const file = join(import.meta.dirname, 'data/gradients.json')

const { operators, losses } = readRecordedCases(file)

function numbers({ shape, data }: RecordedTensor): Numbers {
  return { dims: shape, data: Float32Array.from(data) }
}

/** 1e-4 relative; local response normalisation, which raises to a power, 1e-3. */
function toleranceOf(op: string): number {
  return op === 'LRN' ? 1e-3 : 1e-4
}

async function checkOperator(recorded: OperatorCase): Promise<void> {
  const built = buildCase(recorded)
  const { builder, rules } = expandTraining(built.builder)
  const wanted = Object.keys(recorded.grads)
  const gradients = differentiateFrom(builder, new Map([[built.y, 'dy']]), wanted, rules)
  const isFed = new Set(builder.inputs.map((input) => input.name))
  const fed = Object.entries(recorded.inputs).filter(([name]) => isFed.has(name))
  const feeds = new Map(fed.map(([name, tensor]) => [name, numbers(tensor)]))
  feeds.set('dy', numbers(recorded.dy))
  const values = [built.y, ...gradients.values(), ...(built.running ?? [])]
  const results = await runGraph(builder, feeds, values)
  const tolerance = toleranceOf(recorded.op)
  const errorOf = (value: string, expected: readonly number[]) => relativeError(results.get(value) ?? [], expected)
  expect(builder.shapeOf(built.y)).toEqual(recorded.y.shape)
  expect(errorOf(built.y, recorded.y.data), 'y').toBeLessThan(tolerance)
  for (const [name, gradient] of gradients) {
    const expected = recorded.grads[name]
    expect(builder.shapeOf(gradient)).toEqual(expected?.shape)
    expect(errorOf(gradient, expected?.data ?? []), `gradient by ${name}`).toBeLessThan(tolerance)
  }
  if (built.running && recorded.batch_mean && recorded.batch_var_biased) {
    const { shape } = recorded.y
    const count = shape.reduce((total, extent) => total * extent, 1) / (shape[1] ?? 1)
    const mean = recorded.batch_mean.data.map((value) => 0.1 * value)
    const variance = recorded.batch_var_biased.data.map((value) => 0.9 + (0.1 * value * count) / (count - 1))
    expect(errorOf(built.running[0], mean), 'running mean').toBeLessThan(tolerance)
    expect(errorOf(built.running[1], variance), 'running variance').toBeLessThan(tolerance)
  }
}

async function checkLoss(recorded: LossCase): Promise<void> {
  const builder = new GraphBuilder(true)
  builder.input('logits', 'float32', recorded.logits.shape)
  builder.input('labels', 'int32', [recorded.labels.length])
  const loss = addLoss(builder, lossOf(recorded.name), 'logits', 'labels')
  const gradient = differentiate(builder, loss, ['logits']).get('logits') ?? ''
  const feeds = new Map<string, Numbers>([
    ['logits', numbers(recorded.logits)],
    ['labels', { dims: [recorded.labels.length], data: Int32Array.from(recorded.labels) }],
  ])
  const results = await runGraph(builder, feeds, [loss, gradient])
  expect(relativeError(results.get(loss) ?? [], [recorded.loss]), 'loss').toBeLessThan(1e-4)
  expect(relativeError(results.get(gradient) ?? [], recorded.grad.data), 'gradient').toBeLessThan(1e-4)
}

describe('gradients against PyTorch', () => {
  it('finds cases of operators and of losses', () => {
    expect(operators.length).toBeGreaterThan(0)
    expect(losses.length).toBeGreaterThan(0)
  })

  it.each(operators.map((recorded, index) => ({ title: `${index}: ${recorded.op} ${recorded.name}`, recorded })))(
    '$title',
    async ({ recorded }) => checkOperator(recorded),
  )

  it.each(losses)('$name', async (recorded) => checkLoss(recorded))
})
