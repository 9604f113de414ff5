// The messages of onnx.proto that Netloom reads and writes, as tables of field numbers; not how fields are coded (wire.ts).
import { defineMessage, many, one } from './wire'

/** @see onnx.proto of ONNX 1.16 (IR version 10); fields that are not listed are skipped */
export const modelMessage = defineMessage('ModelProto', {
  irVersion: one(1, 'int'),
  producerName: one(2, 'string'),
  producerVersion: one(3, 'string'),
  docString: one(6, 'string'),
  graph: one(7, 'message'),
  opsetImport: many(8, 'message'),
  metadataProps: many(14, 'message'),
  functions: many(25, 'message'),
})

export const opsetMessage = defineMessage('OperatorSetIdProto', {
  domain: one(1, 'string'),
  version: one(2, 'int'),
})

export const entryMessage = defineMessage('StringStringEntryProto', {
  key: one(1, 'string'),
  value: one(2, 'string'),
})

export const graphMessage = defineMessage('GraphProto', {
  node: many(1, 'message'),
  name: one(2, 'string'),
  initializer: many(5, 'message'),
  input: many(11, 'message'),
  output: many(12, 'message'),
  valueInfo: many(13, 'message'),
  sparseInitializer: many(15, 'message'),
})

export const nodeMessage = defineMessage('NodeProto', {
  input: many(1, 'string'),
  output: many(2, 'string'),
  name: one(3, 'string'),
  opType: one(4, 'string'),
  attribute: many(5, 'message'),
  domain: one(7, 'string'),
})

export const functionMessage = defineMessage('FunctionProto', {
  name: one(1, 'string'),
  input: many(4, 'string'),
  output: many(5, 'string'),
  attribute: many(6, 'string'),
  node: many(7, 'message'),
  opsetImport: many(9, 'message'),
  domain: one(10, 'string'),
  attributeProto: many(11, 'message'),
})

export const sparseTensorMessage = defineMessage('SparseTensorProto', {
  values: one(1, 'message'),
  indices: one(2, 'message'),
  dims: many(3, 'int'),
})

export const attributeMessage = defineMessage('AttributeProto', {
  name: one(1, 'string'),
  float: one(2, 'float'),
  int: one(3, 'int'),
  string: one(4, 'string'),
  tensor: one(5, 'message'),
  graph: one(6, 'message'),
  floats: many(7, 'float'),
  ints: many(8, 'int'),
  strings: many(9, 'string'),
  tensors: many(10, 'message'),
  graphs: many(11, 'message'),
  type: one(20, 'int'),
  referredName: one(21, 'string'),
  sparseTensor: one(22, 'message'),
})

/** AttributeProto.AttributeType: the numbers by which files state an attribute's kind. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
} as const

export const tensorMessage = defineMessage('TensorProto', {
  dims: many(1, 'int'),
  dataType: one(2, 'int'),
  segment: one(3, 'message'),
  floatData: many(4, 'packed32'),
  int32Data: many(5, 'packedVarint'),
  stringData: many(6, 'bytes'),
  int64Data: many(7, 'packedVarint'),
  name: one(8, 'string'),
  rawData: one(9, 'bytes'),
  doubleData: many(10, 'packed64'),
  uint64Data: many(11, 'packedVarint'),
  externalData: many(13, 'message'),
  dataLocation: one(14, 'int'),
})

export const valueInfoMessage = defineMessage('ValueInfoProto', {
  name: one(1, 'string'),
  type: one(2, 'message'),
})

export const typeMessage = defineMessage('TypeProto', {
  tensorType: one(1, 'message'),
})

export const tensorTypeMessage = defineMessage('TypeProto.Tensor', {
  elementType: one(1, 'int'),
  shape: one(2, 'message'),
})

export const shapeMessage = defineMessage('TensorShapeProto', {
  dim: many(1, 'message'),
})

export const dimensionMessage = defineMessage('TensorShapeProto.Dimension', {
  value: one(1, 'int'),
  param: one(2, 'string'),
})
