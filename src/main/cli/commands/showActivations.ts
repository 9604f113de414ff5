// `netloom activations`: what the layers of a network give for an image, as numbers, images and arrays.
import { countOf, printDecimal, printShare } from '../../../shared/graph/printNumbers'
import { ActivationReader, describeLayer, type LayerDescription } from '../../models/insight/activationReader'
import { OpenedInsight } from '../../models/insight/openInsight'
import { writeMaps } from '../../models/insight/insightFiles'
import type { ModelOptions } from '../../models/openModel'
import { decodeImage } from '../../datasets/decodeImage'
import { writeJson, writeResult } from '../output'
import { printTable } from '../text'
import { orAccept, orForce } from '../usage'

export interface InsightOptions extends Pick<ModelOptions, 'resize' | 'acceptDifference'> {
  readonly image: string
  readonly normalize?: ModelOptions['scaling']
  readonly output?: string
  readonly force?: boolean
  readonly json?: boolean
}

export interface ActivationsOptions extends InsightOptions {
  readonly layer?: readonly string[]
}

/** Opens a model to be looked into, as the options say. @throws NetloomError as OpenedInsight.open */
export function openInsight(
  reference: string,
  { normalize, resize, acceptDifference }: InsightOptions,
): Promise<OpenedInsight> {
  return orAccept(OpenedInsight.open(reference, { scaling: normalize, resize, acceptDifference }))
}

/** Runs `netloom activations`. @throws NetloomError as openInsight; dataset.unreadable, insight.layer, file.* */
export async function runActivations(reference: string, options: ActivationsOptions): Promise<void> {
  const insight = await openInsight(reference, options)
  try {
    const pixels = await decodeImage(options.image, insight.format)
    const reader = await ActivationReader.open(insight, options.layer)
    try {
      const maps = await reader.read(insight.scale(pixels))
      const { output, force } = options
      const files = output === undefined ? [] : await orForce(writeMaps(output, maps, force))
      const layers = maps.map(describeLayer)
      if (options.json) return writeJson({ model: insight.name, image: options.image, layers })
      writeResult(printLayers(layers))
      if (output !== undefined) writeResult(`Wrote ${countOf(files.length, 'file')} into ${output}.`)
    } finally {
      await reader.dispose()
    }
  } finally {
    await insight.dispose()
  }
}

function printLayers(layers: readonly LayerDescription[]): string {
  const columns = [
    { title: 'layer' },
    { title: 'type' },
    { title: 'maps', align: 'right' as const },
    { title: 'mean', align: 'right' as const },
    { title: 'max', align: 'right' as const },
    { title: 'zeros', align: 'right' as const },
  ]
  const rows = layers.map(({ id, type, shape, mean, max, zeroShare }) => [
    id,
    type,
    shape.join('x'),
    printDecimal(mean.reduce((sum, value) => sum + value, 0) / mean.length),
    printDecimal(max.reduce((most, value) => Math.max(most, value), -Infinity)),
    printShare(zeroShare),
  ])
  return printTable(columns, rows)
}
