// The ONNX model around a lowered network: versions and the metadata keys of Netloom; not the graph (lower.ts), not bytes (onnx/bytes.ts).
import type { InputScaling } from '../graph/document'
import { writtenIrVersion, writtenOpset, writtenProducer, type OnnxModel } from '../onnx/model'
import type { LoweredNetwork } from './lower'

/** Metadata keys that Netloom writes into its models and reads back. */
export const metadataKeys = {
  /** JSON: `{"mean": [...], "deviation": [...]}`, for `(pixel / 255 - mean) / deviation`. */
  scaling: 'netloom.scaling',
  /** `true`: the input is pixels 0 ... 255; `false`: the input is scaled already. */
  scalingInside: 'netloom.scalingInside',
  /** JSON: the names of the classes in the order of the outputs. */
  classes: 'netloom.classes',
  /** `logits` or `probabilities`. */
  output: 'netloom.output',
  /** The temperature that the logits are divided by inside the model. */
  temperature: 'netloom.temperature',
} as const

export interface ModelOptions {
  /** Names of the classes; left out: those of the document. */
  readonly classes?: readonly string[]
  /** The scaling to state; left out: that of the lowering. */
  readonly scaling?: InputScaling
  /** Version of Netloom. */
  readonly producerVersion?: string
  readonly docString?: string
  /** Further metadata; Netloom's own keys win. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** Version 1 of each other domain that operators of an imported file belong to. */
function foreignDomains({ graph }: LoweredNetwork): Readonly<Record<string, number>> {
  return Object.fromEntries(graph.nodes.flatMap(({ domain }) => (domain === '' ? [] : [[domain, 1]])))
}

/** Wraps a lowered network as a model (IR version 8, opset 17) that says how its input and output are meant. */
export function toModel(lowered: LoweredNetwork, options: ModelOptions = {}): OnnxModel {
  const classes = options.classes ?? lowered.classes
  const scaling = options.scaling ?? lowered.scaling
  return {
    irVersion: writtenIrVersion,
    opsets: { '': writtenOpset, ...foreignDomains(lowered) },
    producerName: writtenProducer,
    producerVersion: options.producerVersion ?? '',
    docString: options.docString,
    metadata: {
      ...lowered.metadata,
      ...options.metadata,
      ...(scaling && { [metadataKeys.scaling]: JSON.stringify({ mean: scaling.mean, deviation: scaling.deviation }) }),
      [metadataKeys.scalingInside]: String(lowered.scalingInside),
      ...(classes && { [metadataKeys.classes]: JSON.stringify(classes) }),
      [metadataKeys.output]: lowered.output,
    },
    graph: lowered.graph,
  }
}
