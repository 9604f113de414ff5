// Writes an architecture whose layers stand one behind the other; branches are inside its blocks.
import type { NetworkDocument, ParameterValues } from '../graph/document'
import { DocumentBuilder } from '../graph/documentBuilder'
import type { PictureShape } from './architecture'

/** A document that grows at its end. */
export class Chain {
  readonly builder: DocumentBuilder
  /** The id of the last layer. */
  last: string

  constructor(name: string, input: PictureShape) {
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

  build(): NetworkDocument {
    return this.builder.build()
  }
}
