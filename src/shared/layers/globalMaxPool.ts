// The global maximum pooling layer.
import { defineGlobalPooling } from './parts/globalPooling'

export const globalMaxPool = defineGlobalPooling({
  type: 'globalMaxPool',
  title: 'GlobalMaxPool',
  keywords: ['gmp'],
  doc: 'Keeps the largest value of each channel: whether a feature is anywhere in the image, not where.',
  source: 'ONNX GlobalMaxPool, opset 1',
  operator: 'GlobalMaxPool',
  takes: 'largest',
})
