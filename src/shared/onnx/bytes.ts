// ONNX models to bytes and back (onnx.proto); not files on disk (main/models/onnxFiles.ts).
import { NetloomError } from '../graph/errors'
import { parseGraph, writeGraph } from './graphBytes'
import { inlineFunctions, opsetsOfFunctions, parseFunctions } from './modelFunctions'
import { requireComputed } from './requireComputed'
import { entryMessage, modelMessage, opsetMessage } from './protobufMessages'
import type { OnnxModel } from './model'
import type { Externalise, ReadExternal } from './tensorBytes'
import { malformed, MessageWriter, parseMessage } from './wire'

export type { Externalise, ReadExternal } from './tensorBytes'

/** Protobuf's limit for one message, and so for a model without external data. */
export const largestModelBytes = 2 ** 31 - 1

export interface DecodeOptions {
  readonly readExternal?: ReadExternal
  /** True: complex, float8 and 4-bit tensors are read too, to be counted; nothing computes with them. */
  readonly anyType?: boolean
}

/**
 * Reads a model. Tensors are copied out of `bytes` once; fields of newer ONNX versions that are not known are skipped.
 * Functions of the model's own stand in the places of their calls, sparse tensors are dense.
 * @throws NetloomError `onnx.malformed` where the bytes are damaged or something else, `onnx.unsupported` for element types
 * without a counterpart, `onnx.externalData` where data beside the model is missing or
 * has another length
 * @see onnx.proto of ONNX 1.16
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): OnnxModel {
  const fields = parseMessage(modelMessage, bytes)
  if (!fields.graph) throw malformed(`The ${bytes.byteLength} bytes hold no graph.`)
  const opsets = fields.opsetImport.map((entry) => {
    const { domain = '', version } = parseMessage(opsetMessage, entry)
    if (version === undefined) throw malformed(`The operator set "${domain}" has no version.`)
    return [domain === 'ai.onnx' ? '' : domain, version] as const
  })
  if (opsets.length === 0 && (fields.irVersion ?? 0) >= 3) throw malformed('The model names no operator set.')
  const metadata = fields.metadataProps.map((entry) => {
    const { key = '', value = '' } = parseMessage(entryMessage, entry)
    return [key, value] as const
  })
  const functions = parseFunctions(fields.functions, options.readExternal)
  const graph = inlineFunctions(parseGraph(fields.graph, options.readExternal), functions)
  if (!options.anyType) requireComputed(graph)
  if (graph.nodes.length === 0 && graph.outputs.length === 0) throw malformed('The graph is empty.')
  return {
    irVersion: fields.irVersion ?? 0,
    opsets: Object.fromEntries([...opsetsOfFunctions(functions), ...opsets]),
    producerName: fields.producerName ?? '',
    producerVersion: fields.producerVersion ?? '',
    ...(fields.docString === undefined ? {} : { docString: fields.docString }),
    metadata: Object.fromEntries(metadata),
    graph,
  }
}

/**
 * Writes a model; tensors as raw little-endian data, those that `externalise` takes into a file beside it; in place of its
 * own outputs the values `outputs`, whose types the reader infers.
 * @throws NetloomError `file.write` where the bytes would exceed protobuf's 2 GB, `onnx.shape` where a tensor's data and
 * extents differ
 */
export function encodeModel(
  model: OnnxModel,
  options: { readonly externalise?: Externalise; readonly outputs?: readonly string[] } = {},
): Uint8Array {
  const { fields } = modelMessage
  const writer = new MessageWriter()
    .put(fields.irVersion, model.irVersion)
    .put(
      fields.opsetImport,
      Object.entries(model.opsets).map(([domain, version]) =>
        // The domain is written even where it is empty: some readers want the field.
        new MessageWriter().put(opsetMessage.fields.domain, [domain]).put(opsetMessage.fields.version, version),
      ),
    )
    .put(fields.producerName, model.producerName)
    .put(fields.producerVersion, model.producerVersion)
    .put(fields.docString, model.docString)
    .put(
      fields.metadataProps,
      Object.entries(model.metadata).map(([key, value]) =>
        new MessageWriter().put(entryMessage.fields.key, key).put(entryMessage.fields.value, value),
      ),
    )
    .put(fields.graph, writeGraph(model.graph, options.externalise, options.outputs))
  return join(writer)
}

function join(writer: MessageWriter): Uint8Array {
  const { parts, sizeBytes } = writer.close()
  if (sizeBytes > largestModelBytes)
    throw new NetloomError(
      'file.write',
      `The model has ${sizeBytes} bytes; one ONNX file holds ${largestModelBytes}.`,
      {
        hint: 'Write its weights as external data.',
      },
    )
  const bytes = new Uint8Array(sizeBytes)
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.byteLength
  }
  return bytes
}
