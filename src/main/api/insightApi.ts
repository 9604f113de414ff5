// The calls `insight`: looking into a model for a screen; not the computing (models/insight).
import { basename } from 'node:path'
import type { ExplanationTold } from '../../shared/contract/insightCalls'
import type { ImageSource } from '../../shared/contract/call'
import type { InputScaling } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { countHistogram } from '../../shared/insight/mapStatistics'
import { drawOverlay } from '../../shared/insight/drawMaps'
import { findPlace, withoutMaps } from '../../shared/insight/place'
import { encodePng } from '../datasets/thumbnail'
import { describeLayer } from '../models/insight/activationReader'
import { explain } from '../models/insight/explainImage'
import type { LookedAt } from '../models/insight/insightShelf'
import { streamOf } from '../process/eventQueue'
import type { Core } from './core'
import { os, withTypedErrors } from './implementer'
import { findModelPath } from './stagedWeights'
import { readImageSource } from './uploadsApi'

interface Looked {
  readonly model: string
  readonly image: ImageSource
  readonly otherwiseScaling?: InputScaling
}

type ExplainInput = Parameters<Parameters<typeof os.insight.explain.handler>[0]>[0]['input']
type ExplainEvent =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'explanation'; readonly explanation: ExplanationTold }

/** Bins of a layer's histogram. */
const histogramBins = 40

/** Implements `insight.*`. */
export function implementInsight(core: Core) {
  return {
    activations: os.insight.activations.handler(({ input }) =>
      lookAt(core, input, async ({ insight, readMaps }) => ({
        model: insight.name,
        layers: (await readMaps()).map((maps) => {
          const { id, type, shape, mean, min, max, zeroShare } = describeLayer(maps)
          const numbers = { mean: [...mean], min: [...min], max: [...max], zeroShare }
          return { id, type, isBlock: maps.place.isBlock, shape: copyShape(shape), ...numbers }
        }),
      })),
    ),
    maps: os.insight.maps.handler(({ input }) =>
      lookAt(core, input, async ({ insight, readMaps }) => {
        const { name, places } = insight.network
        const place = findPlace(name, places, input.layer)
        const all = await readMaps()
        const maps = all.find((each) => each.place === place)
        if (!maps)
          throw withoutMaps(
            place,
            [],
            all.map((each) => each.place.id),
          )
        const { low, high, counts } = countHistogram(maps.values, histogramBins)
        return {
          shape: copyShape(maps.shape),
          values: pack(maps.values),
          histogram: { low, high, counts: [...counts] },
        }
      }),
    ),
    explain: os.insight.explain.handler(({ input, signal }) =>
      withTypedErrors(
        streamOf<ExplainEvent>(signal, (push, left) =>
          core.work.during('evaluation', basename(input.model), left, (entry) => {
            const tell = (event: ExplainEvent): void => {
              if (event.kind === 'progress') entry.report(event.done / Math.max(1, event.total))
              push(event)
            }
            return lookAt(core, input, (looked) => explainFor(looked, input, tell, left))
          }),
        ),
      ),
    ),
  }
}

function copyShape([channels, height, width]: readonly [number, number, number]): [number, number, number] {
  return [channels, height, width]
}

function pack(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

/** Opens what is asked for; a model that does not say how pixels become inputs, with the given scaling. */
async function lookAt<T>(core: Core, input: Looked, work: (looked: LookedAt) => Promise<T>): Promise<T> {
  const path = await findModelPath(core, input.model)
  const image = await readImageSource(core, input.image)
  const { otherwiseScaling } = input
  try {
    return await core.insights.use(path, image, {}, work)
  } catch (error) {
    const isUnknown = error instanceof NetloomError && error.code === 'model.scaling'
    if (!isUnknown || !otherwiseScaling) throw error
    return core.insights.use(path, image, { scaling: otherwiseScaling }, work)
  }
}

async function explainFor(
  { insight, pixels }: LookedAt,
  input: ExplainInput,
  push: (event: ExplainEvent) => void,
  signal: AbortSignal,
): Promise<ExplainEvent> {
  const { className: wanted, method, layer, steps, window, stride, opacity } = input
  const { classIndex, className, score, map, checks, conclusion, ...rest } = await explain(
    insight,
    insight.scale(pixels),
    {
      settings: { method, layer, steps, window, stride },
      className: wanted,
      signal,
      onProgress: (done, total) => push({ kind: 'progress', done, total }),
    },
  )
  const image = drawOverlay(pixels, insight.format, map, opacity)
  const overlay = Buffer.from(await encodePng(image.pixels, image)).toString('base64')
  const { height, width, data } = map
  return {
    kind: 'explanation',
    explanation: {
      classIndex,
      className,
      score,
      layer: rest.layer,
      map: { height, width, values: pack(data), overlay },
      checks: {
        ...checks,
        completeness: checks.completeness && { ...checks.completeness },
        random: { ...checks.random },
      },
      conclusion,
    },
  }
}
