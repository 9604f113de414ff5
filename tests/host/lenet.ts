// A small network for the tests of the host; not a test.
import { DocumentBuilder } from '../../src/shared/graph/documentBuilder'
import { serializeDocument } from '../../src/shared/graph/schema'

/** The text of a small LeNet for 28x28 images: 5,874 parameters. */
export function buildLenet(name = 'small net'): string {
  const builder = new DocumentBuilder(name)
  let last = builder.add('input', 'input', { shape: [1, 28, 28] })
  last = builder.add('conv1', 'conv2d', { filters: 4, kernel: [5, 5] }, last)
  last = builder.add('relu1', 'relu', {}, last)
  last = builder.add('pool1', 'maxPool2d', { kernel: [2, 2], stride: [2, 2] }, last)
  last = builder.add('flatten', 'flatten', {}, last)
  builder.add('dense', 'dense', { units: 10 }, last)
  return serializeDocument(builder.build())
}
