// What the layers of a network give for one image; not drawing it.
import { describeMaps, type MapStatistics } from '../../../shared/insight/mapStatistics'
import { findPlace, unitShape, withoutMaps, type Place } from '../../../shared/insight/place'
import { internalError } from '../../../shared/graph/errors'
import type { Tensor } from '../../../shared/onnx/tensor'
import type { ImageValues } from '../../engines/ort/onnxModel'
import type { OpenedInsight } from './openInsight'

/** A layer's maps for one image; a vector is maps of one position. */
export interface LayerMaps {
  readonly place: Place
  /** [C, H, W] */
  readonly shape: readonly [number, number, number]
  readonly values: Float32Array
}

/** A session that gives what some layers, or all, give for one image after the other. */
export class ActivationReader {
  private constructor(
    private readonly insight: OpenedInsight,
    private readonly places: readonly Place[],
    /** Whether the layers were asked for by name. */
    private readonly areNamed: boolean,
    private readonly session: ImageValues | undefined,
  ) {}

  /** @param layers names; left out: all. @throws NetloomError insight.layer, engine.failed */
  static async open(insight: OpenedInsight, layers?: readonly string[]): Promise<ActivationReader> {
    const { name, places, input } = insight.network
    const chosen = layers?.map((layer) => findPlace(name, places, layer)) ?? places
    const values = [...new Set(chosen.map(({ value }) => value))].filter((value) => value !== input)
    const session = values.length > 0 ? await insight.openValues(values) : undefined
    return new ActivationReader(insight, chosen, layers !== undefined, session)
  }

  /**
   * @param image [C, H, W], scaled
   * @throws NetloomError insight.layer for a layer, asked for by name, that has no maps
   */
  async read(image: Float32Array): Promise<readonly LayerMaps[]> {
    const { network, inputShape } = this.insight
    const results = new Map<string, Tensor>(await this.session?.run(image, 1))
    results.set(network.input, { dims: [1, ...inputShape], data: image })
    const found = this.places.map((place) => ({ place, tensor: results.get(place.value) }))
    return found.flatMap(({ place, tensor }): LayerMaps[] => {
      const shape = tensor && tensor.dims[0] === 1 ? unitShape(tensor.dims) : undefined
      if (tensor && shape) return [{ place, shape, values: tensor.data }]
      if (!this.areNamed) return []
      const fitting = found.flatMap((each) => (each.tensor && unitShape(each.tensor.dims) ? [each.place.id] : []))
      throw withoutMaps(place, tensor?.dims ?? [], fitting)
    })
  }

  async dispose(): Promise<void> {
    await this.session?.dispose()
  }
}

export interface LayerDescription extends MapStatistics {
  readonly id: string
  readonly type: string
  readonly shape: readonly [number, number, number]
}

export function describeLayer({ place, shape, values }: LayerMaps): LayerDescription {
  const [channels, height, width] = shape
  if (values.length !== channels * height * width) throw internalError(`"${place.id}" has ${values.length} values`)
  return { id: place.id, type: place.type, shape, ...describeMaps(values, channels) }
}
