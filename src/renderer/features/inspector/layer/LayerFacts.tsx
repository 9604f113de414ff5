// What follows from a layer's parameters and inputs, read-only: shapes, counts, memory, receptive field; the arithmetic stands in arithmetic/.
import { printBytes, printCount } from '../../../../shared/graph/printNumbers'
import { FactList, type Fact } from '../../../kernel/parts/FactList'
import type { LayerAnalysis } from '../../../../shared/network/analyze'
import type { InferredNode } from '../../../../shared/network/inferDocument'
import { printShape, printPerAxis } from '../../../kernel/print/printFacts'

function shapeFacts({ inputs, inputNames, outputs }: InferredNode): readonly Fact[] {
  const named = inputs.map((shape, index): Fact => {
    const from = inputNames[index] ?? ''
    const name = inputs.length === 1 ? 'Input' : `Input ${index + 1}`
    return { name, value: printShape(shape), tooltip: `from ${from}`, isCode: true }
  })
  return [...named, { name: 'Output', value: outputs.map(printShape).join(', '), isCode: true }]
}

function countFacts(layer: LayerAnalysis): readonly Fact[] {
  const { parameters, trainableParameters, frozenParameters, statistics, macs, activationBytes } = layer
  return [
    { name: 'Parameters', value: printCount(parameters) },
    ...(parameters > 0
      ? [
          { name: 'Trainable', value: printCount(trainableParameters) },
          { name: 'Frozen', value: printCount(frozenParameters) },
        ]
      : []),
    ...(statistics > 0 ? [{ name: 'Statistics', value: printCount(statistics) }] : []),
    { name: 'MACs', value: printCount(macs), tooltip: 'Multiply-accumulates for one image' },
    { name: 'FLOPs', value: printCount(2 * macs), tooltip: 'Two per multiply-accumulate' },
    { name: 'Activations', value: printBytes(activationBytes), tooltip: `${printCount(activationBytes)} bytes` },
  ]
}

function fieldFacts({ receptiveField }: LayerAnalysis): readonly Fact[] {
  if (!receptiveField) return []
  const { size, jump, start } = receptiveField
  return [
    { name: 'Receptive field', value: `${printPerAxis(size)} px` },
    { name: 'Jump', value: `${printPerAxis(jump)} px` },
    { name: 'Start', value: `${printPerAxis(start)} px` },
  ]
}

/** Shapes, counts and receptive field of a sound layer. */
export function LayerFacts({ layer, counts }: { readonly layer: InferredNode; readonly counts: LayerAnalysis }) {
  return <FactList facts={[...shapeFacts(layer), ...countFacts(counts), ...fieldFacts(counts)]} />
}
