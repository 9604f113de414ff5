// The calls `models`: evaluating, predicting with and exporting trained networks.
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { splitNames } from '../datasets/dataset'
import { base64, call, count, imageSource, scaling } from './call'
import { datasetRequestSchema } from './datasetCalls'

export const evaluationSchema = z.object({
  images: count,
  loss: z.number(),
  top1: z.number(),
  top5: z.number(),
  /** In the order of the confusion matrix: those of the dataset that the model knows, then those that only it has. */
  classes: z.array(z.string()),
  /** Whether the model's classes were found by name, or taken in order since it knows none of the dataset's. */
  classesMatchedBy: z.enum(['name', 'order']),
  /** Classes of the dataset that the model does not know; their images were not evaluated. */
  leftOut: z.array(z.object({ name: z.string(), images: count })),
  /** Null: no image was taken for the class (precision), or none is of it (recall). */
  perClass: z.array(
    z.object({ name: z.string(), count, precision: z.number().nullable(), recall: z.number().nullable() }),
  ),
  /** Rows: the true class; columns: the predicted one. */
  confusion: z.array(z.array(count)),
  /** Fitted where the images are validation ones: what logits are divided by so that the model is as sure as it is right. */
  temperature: z
    .object({
      temperature: z.number(),
      images: count,
      loss: z.tuple([z.number(), z.number()]),
      error: z.tuple([z.number(), z.number()]),
    })
    .nullable()
    .optional(),
  /** How often the same test images were evaluated, this time included, and with how many models. */
  testUse: z.object({ evaluations: count, models: count }).nullable().optional(),
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
export type EvaluationResult = z.output<typeof evaluationSchema>

export const predictionSchema = z.array(z.object({ name: z.string(), probability: z.number() }))

/** Whether a person has said that files which no export wrote may be replaced; else such are `file.exists`. */
const force = z.boolean().default(false)

export const modelCalls = {
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
  /** `otherwiseScaling`: how pixels become inputs where the model does not say. */
  predict: call
    .input(z.object({ model: z.string(), image: imageSource, otherwiseScaling: scaling.optional() }))
    .output(predictionSchema),
  /** All images in and below a folder, as they are predicted; files are named from the folder. */
  predictFolder: call
    .input(z.object({ model: z.string(), folder: z.string(), otherwiseScaling: scaling.optional() }))
    .output(
      eventIterator(
        z.object({
          total: count,
          /** Those that came since the last ones; null: no answer, with the reason. */
          rows: z.array(
            z.object({
              file: z.string(),
              class: z.string().nullable(),
              confidence: z.number(),
              error: z.string().nullable(),
            }),
          ),
        }),
      ),
    ),
  /** Small images of such files, in their order; null where one cannot be read. */
  folderImages: call
    .input(z.object({ folder: z.string(), files: z.array(z.string()).max(200), size: z.int().min(16).max(512) }))
    .output(z.array(base64.nullable())),
  /** Copies such files into folders by their class, never over another file; the last number is that of all. */
  copyPredicted: call
    .input(
      z.object({
        folder: z.string(),
        into: z.string(),
        rows: z.array(z.object({ file: z.string(), class: z.string() })).max(500_000),
      }),
    )
    .output(eventIterator(z.object({ done: count, total: count }))),
  exportOnnx: call
    .input(
      z.object({
        model: z.string(),
        path: z.string(),
        scalingInside: z.boolean().default(false),
        force,
        /** What logits are divided by inside the model. */
        temperature: z.number().positive().optional(),
        /** An image to compare by, beside random ones. */
        image: z.object({ name: z.string().max(300), source: imageSource }).optional(),
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
    .input(z.object({ model: z.string(), path: z.string(), scalingInside: z.boolean().default(false), force }))
    .output(z.object({ path: z.string(), sizeBytes: count, images: count, maxAbs: z.number(), maxRel: z.number() })),
  /** Writes a folder of PyTorch code. `images`: images it was compared on; 0 where no Python with PyTorch is found. */
  exportPytorch: call
    .input(z.object({ model: z.string(), path: z.string(), scalingInside: z.boolean().default(false), force }))
    .output(z.object({ path: z.string(), sizeBytes: count, images: count, maxAbs: z.number(), maxRel: z.number() })),
} as const
