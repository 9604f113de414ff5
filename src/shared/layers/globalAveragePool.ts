// The global average pooling layer.
import { defineGlobalPooling } from './parts/globalPooling'

export const globalAveragePool = defineGlobalPooling({
  type: 'globalAveragePool',
  title: 'GlobalAveragePool',
  keywords: ['gap', 'mean'],
  doc: 'Averages each channel over all its positions: one number per feature, whatever the size of the image.',
  source: 'ONNX GlobalAveragePool, opset 1; Lin et al., "Network in network", 2013, section 3.2',
  operator: 'GlobalAveragePool',
  takes: 'mean',
})
