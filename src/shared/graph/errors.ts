// The one error type and the one issue type, with the catalogue of their codes; not where they are raised.

/**
 * Every code an error or an issue can carry, with the rule behind it.
 * A code is part of the interface: tests, screens and scripts match on it, texts may change.
 */
export const errorCodes = {
  'document.syntax': 'the file is not JSON',
  'document.schema': 'the JSON does not have the form of a network document',
  'document.version': 'the document was written by a newer version of Netloom',
  'document.edit': 'an edit names something that the document does not hold',
  'graph.cycle': 'a network has no cycles',
  'graph.missingInput': 'every input port needs an edge',
  'graph.arity': 'a port takes the number of edges that its layer states',
  'graph.dangling': 'every layer leads to an output',
  'graph.unknownLayer': 'the layer type exists',
  'graph.duplicateId': 'names of layers are unique',
  'graph.unknownPort': 'an edge joins ports that exist',
  'graph.noInput': 'a network has an input',
  'graph.inputs': 'a network takes one image',
  'graph.outputs': 'a classifier has one output',
  'layer.parameter': 'a parameter has a value of its kind and range',
  'layer.rank': 'a layer takes tensors of its rank',
  'layer.shape': 'the shapes of a layer fit together',
  'layer.window': 'a window fits into its input',
  'layer.division': 'channels divide by groups',
  'layer.dropped': 'a stride covers its whole input',
  'onnx.malformed': 'the bytes are an ONNX model',
  'onnx.externalData': 'external data lies inside the folder of the model and has the stated length',
  'onnx.unsupported': 'the operator, attribute or data type is supported',
  'onnx.output': 'the output that is chosen is one of the file',
  'onnx.runOnly': 'a network whose operators compute every image alike can be edited',
  'onnx.shape': 'the shapes of an ONNX node fit together',
  'tfjs.malformed': 'the files are a layers model of TensorFlow.js',
  'tfjs.unsupported': 'a layer of a TensorFlow.js model has one of ours',
  'autodiff.noGradient': 'the operator has a gradient',
  'dataset.missing': 'the dataset exists',
  'dataset.permission': 'the dataset can be read',
  'dataset.empty': 'the dataset holds images',
  'dataset.oneClass': 'a classifier needs two classes or more',
  'dataset.malformed': 'the file has the form of its kind',
  'dataset.unreadable': 'the image can be decoded',
  'dataset.reference': 'the dataset reference has a known form',
  'dataset.classes': 'the network has as many outputs as the dataset has classes',
  'dataset.range': 'a range lies inside its split',
  'dataset.changed': 'a run goes on with the images it began with',
  'recipe.invalid': 'the recipe has values of their kind and range',
  'recipe.layers': 'a name of layers in the recipe names some',
  'recipe.batch': 'a batch is no larger than the training split',
  'weights.mismatch': 'weights have the shapes of their layers',
  'weights.malformed': 'the weights file is whole',
  'training.diverged': 'the loss is a finite number',
  'training.stopped': 'the training process ends by itself',
  'run.missing': 'the run folder exists and holds a run',
  'run.busy': 'a run is trained by one process at a time',
  'run.exists': 'a new run does not overwrite an older one',
  'file.write': 'the file can be written',
  'file.read': 'the file can be read',
  'file.exists': 'a file is replaced unasked only by what has made it',
  'file.changed': 'a file is replaced only by who has seen its last version',
  'file.readOnly': 'a read-only file is replaced only by who says so',
  'file.upload': 'the parts of an upload follow each other and stay within its size',
  'request.invalid': 'a request has the form that its call states',
  'host.port': 'the port of the host is free',
  'file.outside': 'a screen reaches only the folders that were opened to it',
  'dataset.outside': 'links and lists of a dataset lead only into folders that were opened to a screen',
  'download.failed': 'a download arrives whole and as its source states it',
  'engine.device': 'the device exists on this machine',
  'engine.precision': 'the device computes in the precision of the recipe',
  'engine.failed': 'the engine runs the graph',
  'engine.memory': 'the network and its batch fit into the memory of the device',
  'engine.lost': 'the device stays while it computes',
  'engine.hang': 'a step ends within its time',
  'insight.layer': 'the layer is one of the network and has maps',
  'insight.class': 'the class is one of the network',
  'model.unknown': 'the name is a document, a model, a run or an architecture',
  'model.weights': 'a model has weights',
  'model.notFinite': 'a prediction is a finite number',
  'model.scaling': 'a model says how pixels become inputs',
  'import.different': 'an imported network gives the outputs of its file',
  'export.mismatch': 'an exported model gives the outputs of the engine',
  'export.unsupported': 'the format can express every layer of the network',
  internal: 'an invariant of Netloom itself',
} as const satisfies Record<string, string>

export type ErrorCode = keyof typeof errorCodes

/** Ways out that doors have an option, a field or a button for; the hint says the same in words. */
export const waysOut = ['engineOrt', 'deviceCpu', 'addPackage', 'repair', 'runAsItIs', 'goOn', 'split'] as const
export type WayOut = (typeof waysOut)[number]

/** What an error or an issue says beside its text. */
export interface ErrorDetails {
  /** The layer it is about. */
  readonly nodeId?: string
  /** The place in a file or a parameter table, `nodes[3].params.kernel`. */
  readonly path?: string
  readonly expected?: unknown
  readonly received?: unknown
  /** The way out, as a sentence. */
  readonly hint?: string
  /** The way out, for doors that have something of their own for it. */
  readonly way?: WayOut
}

/**
 * An error a person can act on: who, what rule, the numbers, the way out.
 * The text already holds the hint, so printing `message` alone is enough.
 */
export class NetloomError extends Error implements ErrorDetails {
  readonly code: ErrorCode
  readonly nodeId?: string
  readonly path?: string
  readonly expected?: unknown
  readonly received?: unknown
  readonly hint?: string
  readonly way?: WayOut

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { cause?: unknown } = {}) {
    const { cause, ...rest } = details
    super(rest.hint ? `${message} ${rest.hint}` : message, cause === undefined ? undefined : { cause })
    this.name = 'NetloomError'
    this.code = code
    Object.assign(this, rest)
  }
}

/** A broken invariant of Netloom itself: reported as a defect, never as the user's mistake. */
export function internalError(message: string): NetloomError {
  return new NetloomError('internal', `internal: ${message}`)
}

/** One finding of a check; all findings of a document are collected, none is thrown. */
export interface Issue extends ErrorDetails {
  readonly level: 'error' | 'warning'
  readonly code: ErrorCode
  /** The whole text, hint included. */
  readonly message: string
}
