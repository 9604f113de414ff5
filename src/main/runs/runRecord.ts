// `run.json`: what a run is and how it stands, as a zod schema; not where it lies (runFolder.ts).
import { createRequire } from 'node:module'
import { z } from 'zod'
import packageJson from '../../../package.json'
import { resizePolicies } from '../../shared/datasets/dataset'
import { deviceNames, engineNames } from '../../shared/training/deviceNames'
import type { InputScaling, NetworkDocument } from '../../shared/graph/document'
import { NetloomError } from '../../shared/graph/errors'
import { parseDocument } from '../../shared/graph/schema'
import { recipeSchema } from '../../shared/training/recipe'
import { recordedStates } from '../../shared/training/runStates'
import { deviceChoiceSchema } from '../../shared/training/events'
import { trainingOutcomeSchema } from '../../shared/training/events'

/** The present version of run folders. */
export const runVersion = 1

const scalingSchema = z.object({ mean: z.array(z.number()), deviation: z.array(z.number()) })

const runOriginSchema = z.object({
  /** The file of the document, absolute; null where it had none. */
  path: z.string().nullable(),
  /** The opened network that asked for it. */
  session: z.string().optional(),
  /** The result of the experiment that it is part of. */
  experiment: z.string().optional(),
})
export type RunOrigin = z.output<typeof runOriginSchema>

const runRecordSchema = z.object({
  format: z.literal('netloom-run'),
  version: z.literal(runVersion),
  /** When it was created, ISO 8601 in UTC. */
  created: z.string(),
  /** `running` with no living process in `run.lock`: it was interrupted, and can be resumed. */
  state: z.enum(recordedStates),
  /** Why it is `diverged` or `failed`. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  engine: z.enum(engineNames),
  device: z.enum(deviceNames),
  /** How the device was found, where `auto` was asked for. */
  deviceChoice: deviceChoiceSchema.optional(),
  seed: z.int(),
  versions: z.object({ netloom: z.string(), onnxruntime: z.string(), node: z.string() }),
  dataset: z.object({
    reference: z.string(),
    options: z.record(z.string(), z.unknown()),
    /** The folder that relative paths in `reference` and `options` start from. */
    workingDirectory: z.string(),
    fingerprint: z.string(),
    classes: z.array(z.string()),
  }),
  resize: z.enum(resizePolicies),
  /** null: not yet computed from the training split. */
  scaling: scalingSchema.nullable(),
  recipe: recipeSchema,
  /** The numbers of a finished or stopped run. */
  outcome: trainingOutcomeSchema.nullable(),
  document: z.record(z.string(), z.unknown()),
  /** The name of that document as it computes (shared/network/hashStructure.ts); older runs have none. */
  structure: z.string().optional(),
  /** Where that document came from; older runs do not say. */
  origin: runOriginSchema.optional(),
})

/** A run as its folder describes it. */
export interface RunRecord extends Omit<z.output<typeof runRecordSchema>, 'document' | 'scaling'> {
  readonly document: NetworkDocument
  readonly scaling: InputScaling | null
}

/** @throws NetloomError run.missing where the text is not a run's; document.* where its document is not one */
export function parseRunRecord(text: string, path: string): RunRecord {
  try {
    const record = runRecordSchema.parse(JSON.parse(text))
    return { ...record, document: parseDocument(JSON.stringify(record.document)) }
  } catch (cause) {
    if (cause instanceof NetloomError) throw cause
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause)
    throw new NetloomError('run.missing', `"${path}" does not describe a run: ${reason}.`, { path, cause })
  }
}

/** The text of `run.json`. */
export function printRunRecord(record: RunRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`
}

/** Versions of what computes. */
export function readVersions(): RunRecord['versions'] {
  const manifest: unknown = createRequire(import.meta.url)('onnxruntime-node/package.json')
  const { version } = z.object({ version: z.string() }).parse(manifest)
  return { netloom: packageJson.version, onnxruntime: version, node: process.versions.node }
}
