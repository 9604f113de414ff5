// Every call and stream between a screen and the core, with its schemas; not what they do (main/services) nor how they travel.
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { augmentationPresets, recipeSchema } from '../training/recipe'
import { datasetOptionsSchema } from '../datasets/datasetOptions'
import { layerStageRequestSchema, layerStageSchema } from '../network/explanation/layerStage'
import { resizePolicies, splitNames } from '../datasets/dataset'
import { deviceNames, engineNames } from '../training/devices'
import { importCalls } from './imports'
import { experimentStateSchema, resultSummarySchema } from '../lectures/experiments/results'
import { deviceChoiceSchema, plainErrorSchema, trainingEventSchema, trainingOutcomeSchema } from '../training/events'

const count = z.int().min(0)
const scaling = z.object({ mean: z.array(z.number()), deviation: z.array(z.number()) })
/** Bytes as base64: images and files are small, and every transport carries text. */
const base64 = z.string()

/** How a call refuses: the NetloomError of the core, with its details. */
export const contractErrors = { NETLOOM: { data: plainErrorSchema } } as const
const call = oc.errors(contractErrors)

export const fileEntrySchema = z.object({
  name: z.string(),
  /** Absolute. */
  path: z.string(),
  kind: z.enum(['folder', 'document', 'onnx', 'image', 'file']),
  sizeBytes: count,
  modifiedMs: z.number(),
})

export const recentFileSchema = z.object({ path: z.string(), name: z.string(), openedMs: z.number() })

export const recoverySchema = z.object({
  id: z.string(),
  /** Where the document lies, or null for one that was never saved. */
  path: z.string().nullable(),
  name: z.string(),
  savedMs: z.number(),
  text: z.string(),
})

export const datasetRequestSchema = z.object({ reference: z.string(), options: datasetOptionsSchema.default({}) })

export const datasetDescriptionSchema = z.object({
  reference: z.string(),
  kind: z.string(),
  recognisedBecause: z.string(),
  classes: z.array(z.string()),
  channels: z.union([z.literal(1), z.literal(3)]),
  splits: z.partialRecord(z.enum(splitNames), z.object({ count, perClass: z.array(count) })),
  splitRule: z.string(),
  sizes: z.array(z.object({ width: count, height: count, count })),
  unreadable: z.array(z.object({ file: z.string(), reason: z.string() })),
  duplicatesAcrossSplits: z.array(z.array(z.string())),
  notes: z.array(z.string()).optional(),
  fingerprint: z.string(),
})

export const imageFormatSchema = z.object({
  channels: z.union([z.literal(1), z.literal(3)]),
  height: count,
  width: count,
  resize: z.enum(resizePolicies),
})

export const trainingRequestSchema = z.object({
  /** The document as `serializeDocument` writes it. */
  document: z.string(),
  recipe: recipeSchema,
  dataset: datasetRequestSchema,
  engine: z.enum(engineNames).default('ort'),
  device: z.enum(deviceNames).default('auto'),
  resize: z.enum(resizePolicies).default('stretch'),
  /** Where the document lies; left out for one that was never saved. Its weights file is named relative to it. */
  documentPath: z.string().optional(),
  /** Folder in which the run folder is made; left out: `runs` beside the document, or `app.info.runsFolder`. */
  parent: z.string().optional(),
  name: z.string().optional(),
})

export const preflightSchema = z.object({
  /** Predicted from shapes: weights, slots, activations and their gradients of one batch. */
  predictedMemoryBytes: z.number(),
  /** Of the dry run's process. */
  measuredMemoryBytes: z.number().nullable(),
  secondsPerStep: z.number(),
  secondsPerEpoch: z.number(),
  secondsInAll: z.number(),
  /** By the prediction and the memory that is free now. */
  largestBatch: count,
  freeMemoryBytes: z.number(),
  /** Where `auto` was asked for. */
  choice: deviceChoiceSchema.optional(),
})

export const runSummarySchema = z.object({
  /** The run folder, absolute. */
  id: z.string(),
  name: z.string(),
  note: z.string(),
  state: z.enum(['created', 'running', 'finished', 'stopped', 'diverged', 'failed', 'killed']),
  createdMs: z.number(),
  architecture: z.string(),
  parameters: count,
  dataset: z.string(),
  recipe: recipeSchema,
  engine: z.enum(engineNames),
  device: z.enum(deviceNames),
  epochs: count,
  bestEpoch: count.nullable(),
  seconds: z.number().nullable(),
  val: z.object({ loss: z.number(), accuracy: z.number() }).nullable(),
  test: z.object({ loss: z.number(), top1: z.number(), top5: z.number() }).nullable(),
  error: z.string().nullable(),
  /** What kind of error it is. */
  errorCode: z.string().optional(),
})

export const metricsSchema = z.object({
  /** One entry per step: columns, because there may be 100,000 of them. */
  steps: z.object({
    step: z.array(count),
    epoch: z.array(count),
    loss: z.array(z.number()),
    accuracy: z.array(z.number()),
    learningRate: z.array(z.number()),
  }),
  epochs: z.array(
    z.object({
      epoch: count,
      /** The last step of the epoch. */
      step: count,
      train: z.object({ loss: z.number(), accuracy: z.number() }),
      val: z.object({ loss: z.number(), accuracy: z.number() }).nullable(),
      learningRate: z.number(),
      best: z.boolean(),
      /** Seconds since the run began; null where the timing was lost. */
      seconds: z.number().nullable(),
    }),
  ),
})

export const evaluationSchema = z.object({
  images: count,
  loss: z.number(),
  top1: z.number(),
  top5: z.number(),
  classes: z.array(z.string()),
  /** Null: no image was taken for the class (precision), or none is of it (recall). */
  perClass: z.array(
    z.object({ name: z.string(), count, precision: z.number().nullable(), recall: z.number().nullable() }),
  ),
  /** Rows: the true class; columns: the predicted one. */
  confusion: z.array(z.array(count)),
  /** Every image: index in its split, name, true and predicted class, probability of the predicted one, loss. */
  answers: z.array(
    z.object({
      index: count,
      name: z.string(),
      label: count,
      predicted: count,
      confidence: z.number(),
      loss: z.number(),
    }),
  ),
})

export const predictionSchema = z.array(z.object({ name: z.string(), probability: z.number() }))

const trainingDevice = z.enum(deviceNames).exclude(['auto'])

/** One engine on one device. */
export const deviceReportSchema = z.object({
  engine: z.enum(engineNames),
  device: trainingDevice,
  name: z.string(),
  state: z.enum(['works', 'missing', 'failed']),
  detail: z.string(),
  imagesPerSecond: z.number().nullable(),
})

export const contract = {
  app: {
    /** What the core is and may do; `native` says that the screen has dialogs and menus of the desktop. */
    info: call.output(
      z.object({
        version: z.string(),
        platform: z.string(),
        native: z.boolean(),
        home: z.string(),
        runsFolder: z.string(),
      }),
    ),
  },
  files: {
    /** Folders that may be looked into. */
    roots: call.output(z.array(z.string())),
    list: call
      .input(z.object({ path: z.string() }))
      .output(z.object({ path: z.string(), parent: z.string().nullable(), entries: z.array(fileEntrySchema) })),
    /** Native dialogs; null where the person cancelled. Only where `app.info` says `native`. */
    choose: call
      .input(
        z.object({
          kind: z.enum([
            'openDocument',
            'saveDocument',
            'openFolder',
            'openCsv',
            'saveOnnx',
            'saveTfjs',
            'savePytorch',
          ]),
          suggested: z.string().optional(),
        }),
      )
      .output(z.string().nullable()),
  },
  projects: {
    recent: call.output(z.array(recentFileSchema)),
    forget: call.input(z.object({ path: z.string() })).output(z.void()),
    open: call
      .input(z.object({ path: z.string() }))
      .output(z.object({ path: z.string(), text: z.string(), modifiedMs: z.number() })),
    /** Writes a document. `replaces`: the modification time that was last seen; another one there refuses. */
    save: call
      .input(
        z.object({
          path: z.string(),
          text: z.string(),
          replaces: z.number().nullable(),
          force: z.boolean().default(false),
          /** Where the document lay before, or null: what the name of its weights is relative to. */
          from: z.string().nullable().default(null),
        }),
      )
      .output(
        z.object({
          path: z.string(),
          modifiedMs: z.number(),
          /** What the saved document calls its weights, where they were copied beside it. */
          weights: z.string().optional(),
        }),
      ),
    recoveries: call.output(z.array(recoverySchema)),
    keepRecovery: call.input(recoverySchema.omit({ savedMs: true })).output(z.void()),
    discardRecovery: call.input(z.object({ id: z.string() })).output(z.void()),
  },
  datasets: {
    /** Opens and describes; reads every image, so it reports progress before its result. */
    describe: call
      .input(datasetRequestSchema)
      .output(
        eventIterator(
          z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('progress'), done: count, total: count }),
            z.object({ kind: z.literal('description'), description: datasetDescriptionSchema, quick: z.boolean() }),
          ]),
        ),
      ),
    /** Images of a split in file order, filtered by class, as small PNGs. With `format`: exactly what a network would see. */
    images: call
      .input(
        datasetRequestSchema.extend({
          split: z.enum(splitNames),
          from: count,
          count: z.int().min(1).max(500),
          class: count.optional(),
          /** Just these images of the split, in this order, in place of from, count and class. */
          indices: z.array(count).max(500).optional(),
          size: z.int().min(16).max(512).default(96),
          format: imageFormatSchema.optional(),
          augmentation: z.enum(augmentationPresets).optional(),
        }),
      )
      .output(
        z.object({
          total: count,
          images: z.array(z.object({ index: count, name: z.string(), label: count, png: base64.nullable() })),
        }),
      ),
    statistics: call.input(datasetRequestSchema.extend({ format: imageFormatSchema })).output(scaling),
  },
  training: {
    preflight: call.input(trainingRequestSchema).output(preflightSchema),
    start: call.input(trainingRequestSchema).output(z.object({ run: z.string() })),
    resume: call
      .input(
        z.object({
          run: z.string(),
          epochs: z.int().positive().optional(),
          batchSize: z.int().positive().optional(),
          device: trainingDevice.optional(),
        }),
      )
      .output(z.object({ run: z.string() })),
    /** The largest batch that fits on the run's device, tried by halving the run's own; null where none does. */
    findBatch: call.input(z.object({ run: z.string() })).output(z.object({ batchSize: z.int().positive().nullable() })),
    /** Finishes the present step and keeps everything. */
    stop: call.input(z.object({ run: z.string() })).output(z.void()),
    /** Lets the run wait between two steps, its checkpoint written and its device kept. Only runs of this core. */
    pause: call.input(z.object({ run: z.string() })).output(z.void()),
    continue: call.input(z.object({ run: z.string() })).output(z.void()),
    /** Runs that are training now. */
    active: call.output(z.array(z.object({ run: z.string(), name: z.string() }))),
    /** Events of a run since event number `after` (-1: all that are kept), then as they happen; ends with the run. */
    events: call
      .input(z.object({ run: z.string(), after: z.int().default(-1) }))
      .output(eventIterator(z.object({ number: count, event: trainingEventSchema }))),
  },
  runs: {
    list: call.output(z.array(runSummarySchema)),
    metrics: call.input(z.object({ run: z.string(), fromStep: count.default(0) })).output(metricsSchema),
    /** The document as it was trained. */
    document: call.input(z.object({ run: z.string() })).output(z.string()),
    log: call.input(z.object({ run: z.string() })).output(z.string()),
    update: call
      .input(
        z.object({ run: z.string(), name: z.string().max(200).optional(), note: z.string().max(10_000).optional() }),
      )
      .output(z.void()),
    /** Moves the folder to the trash; not while it trains. */
    trash: call.input(z.object({ run: z.string() })).output(z.void()),
    restore: call.input(z.object({ run: z.string() })).output(z.void()),
  },
  imports: importCalls,
  /** The personal library of blocks, for all documents. */
  blocks: {
    /** `text`: a document without nodes that defines the block last, after those it uses. `problem`: of a damaged file. */
    list: call.output(
      z.object({
        blocks: z.array(z.object({ type: z.string(), savedMs: z.number(), text: z.string() })),
        problem: z.string().nullable(),
      }),
    ),
    save: call.input(z.object({ type: z.string().max(200), text: z.string().max(5_000_000) })).output(z.void()),
    remove: call.input(z.object({ type: z.string() })).output(z.void()),
  },
  models: {
    /** Names and shapes of the tensors in a weights file, as a document names it; `documentPath`: where that lies. */
    weightShapes: call
      .input(z.object({ weights: z.string(), documentPath: z.string().nullable() }))
      .output(z.array(z.object({ name: z.string(), dims: z.array(count) }))),
    /** Makes a document that is being edited a model; its weights are those that it names. */
    stage: call
      .input(z.object({ document: z.string(), documentPath: z.string().nullable() }))
      .output(z.object({ model: z.string() })),
    /** @param model a run folder, a document with weights or an ONNX file */
    evaluate: call
      .input(
        z.object({
          model: z.string(),
          dataset: datasetRequestSchema.nullable(),
          split: z.enum(splitNames),
          /** The dataset's options just as they are, also where the model was trained on it: for comparing two models. */
          asGiven: z.boolean().default(false),
          /** How pixels become inputs where the model does not say. */
          otherwiseScaling: scaling.optional(),
        }),
      )
      .output(
        eventIterator(
          z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('progress'), done: count, total: count }),
            z.object({
              kind: z.literal('evaluation'),
              evaluation: evaluationSchema,
              /** The dataset that was used, so that `index` of an image means the same to `datasets.images`. */
              dataset: datasetRequestSchema.optional(),
              /** Whether `otherwiseScaling` was needed. */
              isScaledOtherwise: z.boolean().optional(),
            }),
          ]),
        ),
      ),
    predict: call.input(z.object({ model: z.string(), image: base64 })).output(predictionSchema),
    exportOnnx: call
      .input(
        z.object({
          model: z.string(),
          path: z.string(),
          scalingInside: z.boolean().default(false),
          /** An image to compare by, beside random ones. */
          image: z.object({ name: z.string().max(300), base64 }).optional(),
        }),
      )
      .output(
        z.object({
          path: z.string(),
          sizeBytes: count,
          maxAbs: z.number(),
          maxRel: z.number(),
          /** The file against the engine; `inputs` is `random` or the name of the image. */
          comparisons: z.array(z.object({ inputs: z.string(), count, maxAbs: z.number(), maxRel: z.number() })),
        }),
      ),
    /** Writes a folder that tf.loadLayersModel reads. `images`: images it was compared on; 0 for networks too large to. */
    exportTfjs: call
      .input(z.object({ model: z.string(), path: z.string(), scalingInside: z.boolean().default(false) }))
      .output(z.object({ path: z.string(), sizeBytes: count, images: count, maxAbs: z.number(), maxRel: z.number() })),
    /** Writes a folder of PyTorch code. `images`: images it was compared on; 0 where no Python with PyTorch is found. */
    exportPytorch: call
      .input(z.object({ model: z.string(), path: z.string(), scalingInside: z.boolean().default(false) }))
      .output(z.object({ path: z.string(), sizeBytes: count, images: count, maxAbs: z.number(), maxRel: z.number() })),
  },
  /** The experiments of the lectures (shared/lectures/experiments): each trains several runs, one experiment at a time. */
  experiments: {
    start: call
      .input(
        z.object({
          experiment: z.string(),
          size: z.enum(['full', 'quick']).default('full'),
          seed: z.int().min(0).max(0xffffffff).default(1),
          /** A dataset in place of the experiment's own. */
          data: z.string().optional(),
        }),
      )
      .output(z.object({ id: z.string() })),
    /** Ends it after the present step; what is done is kept. */
    stop: call.input(z.object({ id: z.string() })).output(z.void()),
    /** All results, newest first; a running one is among them. */
    list: call.output(z.array(resultSummarySchema)),
    /** How it stands, then every change until its end. */
    follow: call.input(z.object({ id: z.string() })).output(eventIterator(experimentStateSchema)),
  },
  devices: {
    /** Every engine and device with its state, tried or remembered. `again`: what was found before in this process is left. */
    list: call.input(z.object({ again: z.boolean().default(false) })).output(z.array(deviceReportSchema)),
    /** Tries every device again, whatever is remembered; ends when its reader leaves. */
    test: call.output(
      eventIterator(
        z.discriminatedUnion('kind', [
          z.object({
            kind: z.literal('trying'),
            engine: z.enum(engineNames),
            device: trainingDevice,
            /** Of `total`, from 0. */
            index: count,
            total: count,
          }),
          z.object({ kind: z.literal('devices'), devices: z.array(deviceReportSchema) }),
        ]),
      ),
    ),
    /** Whether ONNX Runtime's CUDA provider is here, or can be downloaded for this system. */
    cuda: call.output(z.object({ state: z.enum(['installed', 'offered', 'unsupported']) })),
    /** What the download would be; asks its source, which is the only use of the network before a person agrees. */
    cudaOffer: call.output(
      z.object({
        package: z.string(),
        version: z.string(),
        source: z.string(),
        licence: z.string(),
        needs: z.string(),
        folder: z.string(),
        sizeBytes: count,
      }),
    ),
    /** Downloads, checks, unpacks and tries it; ends when its reader leaves, with everything as it was. */
    installCuda: call.output(
      eventIterator(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('progress'), doneBytes: count, totalBytes: count }),
          z.object({ kind: z.literal('installed'), report: deviceReportSchema }),
        ]),
      ),
    ),
    removeCuda: call.output(z.object({ freedBytes: count })),
  },
  arithmetic: {
    /** A convolution or pooling of a trained network on one image: what it reads, its weights, what it gives. */
    layer: call.input(layerStageRequestSchema).output(layerStageSchema),
  },
}

export type Contract = typeof contract
export type RunSummary = z.output<typeof runSummarySchema>
export type RunMetrics = z.output<typeof metricsSchema>
export type EvaluationResult = z.output<typeof evaluationSchema>
export type Preflight = z.output<typeof preflightSchema>
export type FileEntry = z.output<typeof fileEntrySchema>
export type Recovery = z.output<typeof recoverySchema>
export type TrainingRequestInput = z.input<typeof trainingRequestSchema>
export { trainingOutcomeSchema }
