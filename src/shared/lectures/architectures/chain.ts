// Writes an architecture whose layers stand one behind the other; branches are inside its blocks.
import type { NetworkDocument, ParameterValues } from '../../graph/document'
import { DocumentBuilder } from '../../graph/documentBuilder'
import type { ImageShape } from './architecture'

/** A document that grows at its end. */
export class Chain {
  readonly builder: DocumentBuilder
  /** The id of the last layer. */
  last: string

  constructor(name: string, input: ImageShape) {
    this.builder = new DocumentBuilder(name)
    this.last = this.builder.add('input', 'input', { shape: [...input] })
  }

  /** Adds a layer or block behind the last one. */
  add(id: string, type: string, params: ParameterValues = {}): this {
    this.last = this.builder.add(id, type, params, this.last)
    return this
  }

  /**
   * Adds a block that may stand for several. A single one is named as the first of several would be, so that its weights
   * have the same names.
   */
  addStage(id: string, type: string, params: ParameterValues, repeat: number): this {
    if (repeat === 1) return this.add(`${id}/block1`, type, params)
    return this.add(id, type, { ...params, repeat })
  }

  /** A convolution without bias, padded to keep the extents at stride 1, its batch norm and an activation. */
  addConvolution(
    number: number,
    own: { readonly filters: number; readonly kernel: number; readonly stride?: number },
    activation: ParameterValues & { readonly type: string } = { type: 'relu' },
  ): this {
    const { filters, kernel, stride = 1 } = own
    const { type, ...params } = activation
    const side = (kernel - 1) / 2
    const padding = side === 0 ? {} : { padding: [side, side, side, side] }
    const step = stride === 1 ? {} : { stride }
    this.add(`conv${number}`, 'conv2d', { filters, kernel, ...step, ...padding, bias: false })
    return this.add(`bn${number}`, 'batchNorm').add(`${type}${number}`, type, params)
  }

  /** Three dense layers with dropout between them, as in AlexNet and VGG. */
  addDenseHead(classes: number): this {
    this.add('flatten', 'flatten')
    for (const number of [6, 7]) {
      this.add(`fc${number}`, 'dense', { units: 4096 }).add(`relu${number}`, 'relu')
      this.add(`dropout${number}`, 'dropout', { rate: 0.5 })
    }
    return this.add('fc8', 'dense', { units: classes })
  }

  /** The average of each channel, then one dense layer. */
  addPooledHead(classes: number, dropout = 0): this {
    this.add('pool', 'globalAveragePool').add('flatten', 'flatten')
    if (dropout > 0) this.add('dropout', 'dropout', { rate: dropout })
    return this.add('fc', 'dense', { units: classes })
  }

  build(): NetworkDocument {
    return this.builder.build()
  }
}
