// Gradients of random graphs against the slopes of their outputs along random directions.
import { Tensor } from '../../src/main/engines/ort/silencedRuntime'
import { expect, it } from 'vitest'
import { encodeGraph, openSession } from '../../src/main/engines/ort/runtime'
import { differentiateFrom } from '../../src/shared/autodiff/backward'
import { expandTraining } from '../../src/shared/autodiff/expandTraining'
import { GraphBuilder } from '../../src/shared/onnx/builder'
import { RandomStream } from '../../src/shared/training/randomStream'
import { RandomGraph } from './randomGraph'

/** How many graphs, the first of them by its seed; more for looking further. */
const graphs = Number(process.env['NETLOOM_GRAPHS'] ?? 150)
const firstSeed = Number(process.env['NETLOOM_FIRST_GRAPH'] ?? 1)

interface Outcome {
  readonly verdict: 'right' | 'unclear' | 'wrong'
  readonly text: string
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0)
  return sum
}

function floats(tensor: unknown): Float32Array {
  return tensor instanceof Tensor && tensor.data instanceof Float32Array ? tensor.data : new Float32Array()
}

/** The operators of a graph with the extents of what they take, for looking at one that differs. */
function print(builder: GraphBuilder): string {
  const extents = (value: string): string => (builder.hasType(value) ? `[${builder.shapeOf(value).join()}]` : '')
  return builder.nodes
    .map(({ opType, inputs, attributes }) => {
      return `${opType}(${inputs.map((input) => `${input}${extents(input)}`).join(', ')}) ${JSON.stringify(attributes)}`
    })
    .join('\n')
}

/** Slopes to both sides of where the inputs are, and the gradient's along the same direction. */
interface Slopes {
  readonly left: number
  readonly right: number
  readonly wide: number
  readonly analytic: number
  /** The largest of what it is the sum of. */
  readonly scale: number
}

function judge({ left, right, wide, analytic, scale }: Slopes): Outcome['verdict'] {
  const narrow = (left + right) / 2
  const isSmooth = Math.abs(left - right) <= 0.05 * scale && Math.abs(wide - narrow) <= 5e-3 * scale
  // Kinks and large values have no slope that is found so.
  if (!isSmooth) return 'unclear'
  return Math.abs(analytic - narrow) <= 2e-2 * scale ? 'right' : 'wrong'
}

async function check(seed: number): Promise<Outcome> {
  const random = new RandomStream(seed, 'values')
  const draw = (dims: readonly number[]): Float32Array =>
    Float32Array.from({ length: dims.reduce((product, extent) => product * extent, 1) }, () =>
      random.between(-1.5, 1.5),
    )
  const source = new GraphBuilder(true)
  const graph = new RandomGraph(source, seed)
  graph.grow(3 + (seed % 5))
  const outputs = [...graph.untaken]
  const seeds = new Map(outputs.map((value) => [value, source.input(`d${value}`, 'float32', source.shapeOf(value))]))
  const feeds = new Map(source.inputs.map(({ name }) => [name, draw(source.shapeOf(name))]))
  const names = graph.inputs.map(({ name }) => name)
  const { builder, rules } = expandTraining(source)
  const gradients = differentiateFrom(builder, seeds, names, rules)
  const results = new Set([...outputs, ...gradients.values()])
  for (const name of results) builder.output(name, 'float32', builder.shapeOf(name))
  const session = await openSession(encodeGraph(builder.build('random')), { device: 'cpu', isFinal: true })
  const run = async (moved: ReadonlyMap<string, Float32Array>, wanted: Iterable<string>) => {
    const tensors = Array.from(feeds, ([name, data]): [string, Tensor] => {
      return [name, new Tensor('float32', moved.get(name) ?? data, [...source.shapeOf(name)])]
    })
    const values = await session.run(Object.fromEntries(tensors), [...wanted])
    return new Map(Array.from(wanted, (name) => [name, floats(values[name])]))
  }
  try {
    const directions = new Map(names.map((name) => [name, draw(source.shapeOf(name))]))
    const at = async (step: number): Promise<number> => {
      const moved = Array.from(directions, ([name, direction]): [string, Float32Array] => {
        return [name, (feeds.get(name) ?? direction).map((value, index) => value + step * (direction[index] ?? 0))]
      })
      const values = await run(new Map(moved), outputs)
      return outputs.reduce((sum, value) => sum + dot(values.get(value) ?? [], feeds.get(`d${value}`) ?? []), 0)
    }
    const step = 2 ** -7
    const [far, near, here] = [await at(2 * step), await at(step), await at(0)]
    const [before, farBefore] = [await at(-step), await at(-2 * step)]
    const values = await run(new Map(), new Set(gradients.values()))
    const parts = names.map((name) => dot(values.get(gradients.get(name) ?? '') ?? [], directions.get(name) ?? []))
    const slopes: Slopes = {
      right: (near - here) / step,
      left: (here - before) / step,
      wide: (far - farBefore) / (4 * step),
      analytic: parts.reduce((sum, part) => sum + part, 0),
      scale: Math.max(1e-2, ...parts.map(Math.abs)),
    }
    return { verdict: judge(slopes), text: `seed ${seed}: ${JSON.stringify(slopes)}\n${print(source)}` }
  } finally {
    await session.release()
  }
}

it('are the slopes of random graphs', { timeout: 600_000 }, async () => {
  const outcomes: Outcome[] = []
  for (let seed = firstSeed; seed < firstSeed + graphs; seed++) outcomes.push(await check(seed))
  expect(outcomes.flatMap(({ verdict, text }) => (verdict === 'wrong' ? [text] : []))).toEqual([])
  expect(outcomes.filter(({ verdict }) => verdict === 'right').length).toBeGreaterThan(0.5 * graphs)
})
