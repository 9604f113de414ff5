// The model that a screen looks into, kept open with what its layers gave for the last image; not the looking.
import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import { decodeImageBytes } from '../../datasets/decodeImage'
import { NetloomError } from '../../../shared/graph/errors'
import { keyOf } from '../modelShelf'
import type { ModelOptions } from '../openModel'
import { ActivationReader, type LayerMaps } from './activationReader'
import { OpenedInsight } from './openInsight'

/** An opened model with an image that was decoded for it. */
export interface LookedAt {
  readonly insight: OpenedInsight
  /** [C, H, W], 0 ... 255 */
  readonly pixels: Uint8Array
  /** What the layers give; computed once for the image. */
  readonly readMaps: () => Promise<readonly LayerMaps[]>
}

interface Shelved {
  readonly key: string
  readonly insight: OpenedInsight
  reader?: Promise<ActivationReader>
  last?: { readonly digest: string; readonly pixels: Uint8Array; maps?: Promise<readonly LayerMaps[]> }
}

/** One model; its users take turns. */
export class InsightShelf {
  private shelved: Shelved | undefined
  private readonly turn = pLimit(1)

  /** Opens the model, where it is not open, and the image. @throws NetloomError as OpenedInsight.open; dataset.unreadable */
  use<T>(
    reference: string,
    image: Uint8Array,
    options: ModelOptions,
    work: (looked: LookedAt) => Promise<T>,
  ): Promise<T> {
    return this.turn(async () => {
      const shelved = await this.open(reference, options)
      const { insight } = shelved
      const digest = createHash('sha1').update(image).digest('base64')
      if (shelved.last?.digest !== digest) shelved.last = { digest, pixels: await decode(image, insight) }
      const { last } = shelved
      const readMaps = (): Promise<readonly LayerMaps[]> => {
        shelved.reader ??= ActivationReader.open(insight)
        const { reader } = shelved
        last.maps ??= reader.then((each) => each.read(insight.scale(last.pixels)))
        return last.maps
      }
      return work({ insight, pixels: last.pixels, readMaps })
    })
  }

  async close(): Promise<void> {
    await this.turn(() => this.dispose())
  }

  private async open(reference: string, options: ModelOptions): Promise<Shelved> {
    const key = await keyOf(reference, options)
    if (this.shelved?.key === key) return this.shelved
    await this.dispose()
    this.shelved = { key, insight: await OpenedInsight.open(reference, options) }
    return this.shelved
  }

  private async dispose(): Promise<void> {
    const { shelved } = this
    this.shelved = undefined
    // A reader that could not be opened has nothing to give back.
    const reader = await shelved?.reader?.catch(() => undefined)
    await reader?.dispose()
    await shelved?.insight.dispose()
  }
}

/** @throws NetloomError dataset.unreadable */
async function decode(image: Uint8Array, insight: OpenedInsight): Promise<Uint8Array> {
  try {
    return await decodeImageBytes(image, insight.format)
  } catch (error) {
    if (!(error instanceof NetloomError) || error.code !== 'dataset.unreadable') throw error
    throw new NetloomError('dataset.unreadable', `The image cannot be read: ${error.message}.`, { cause: error })
  }
}
