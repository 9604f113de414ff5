// What the calls of a screen work with: opened folders, remembered state, trainings and opened models; not the calls (*Api.ts).
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { ownTable } from '../../shared/graph/ownTable'
import { consentsSchema } from './consents'
import { BlockLibrary } from '../files/blockLibrary'
import { ExperimentShelf } from '../trainer/experiments/experimentShelf'
import { ImportShelf } from '../exchange/importShelf'
import { OpenedDatasets } from '../datasets/openedDatasets'
import { InsightShelf } from '../models/insight/insightShelf'
import { ModelShelf } from '../models/modelShelf'
import { PathRoots } from '../files/pathRoots'
import { RecoveryShelf } from '../files/recoveryShelf'
import { UploadShelf } from '../files/uploadShelf'
import { findStateFolder, StateFile } from '../files/stateFolder'
import { WorkLedger } from '../process/workLedger'
import { TrainingRegistry } from '../trainer/trainingRegistry'

/** What a native dialog is asked for; see `files.choose` in the contract. */
export interface ChooseRequest {
  readonly kind: 'openDocument' | 'saveDocument' | 'openFolder' | 'openCsv' | 'saveOnnx' | 'saveTfjs' | 'savePytorch'
  readonly suggested?: string
}

export interface CoreOptions {
  /** Folders that screens may reach, absolute; null: the whole machine. */
  readonly roots: readonly string[] | null
  /** False: screens may not open further folders to datasets, since they may be on other machines. */
  readonly mayWiden?: boolean
  /** Where runs go that belong to no saved document; left out: `runs` in the first root, or `Netloom/runs` at home. */
  readonly runsFolder?: string
  /** Left out: the platform's own place, or `NETLOOM_STATE`. */
  readonly stateFolder?: string
}

const recentSchema = z.array(z.object({ path: z.string(), name: z.string(), openedMs: z.number() }))
const runsSchema = z.object({
  /** Folders in which runs were started, beside the default one. */
  parents: z.array(z.string()),
  /** What people called and said of runs before that was kept in the run folder, by run folder. */
  labels: ownTable(z.string(), z.object({ name: z.string().optional(), note: z.string().optional() })),
  /** Where networks were saved that were trained before they had a file, by what opened them; the latest last. */
  documents: z.array(z.object({ session: z.string(), path: z.string() })).default([]),
})

/** Everything behind the calls of one or more screens. */
export interface Core {
  readonly options: CoreOptions
  readonly roots: PathRoots
  readonly runsFolder: string
  readonly recent: StateFile<z.output<typeof recentSchema>>
  readonly recoveries: RecoveryShelf
  readonly runs: StateFile<z.output<typeof runsSchema>>
  readonly datasets: OpenedDatasets
  /** Folders outside that datasets may reach. */
  readonly consents: StateFile<z.output<typeof consentsSchema>>
  /** Weights of networks that are not saved yet. */
  readonly imports: ImportShelf
  /** Files that screens have handed over. */
  readonly uploads: UploadShelf
  readonly models: ModelShelf
  readonly insights: InsightShelf
  readonly trainings: TrainingRegistry
  /** What computes now and takes long. */
  readonly work: WorkLedger
  readonly experiments: ExperimentShelf
  /** The blocks that are kept for all documents. */
  readonly blocks: BlockLibrary
  /** Stops all trainings with their checkpoints and gives back what is open. */
  close(): Promise<void>
}

/** Makes the one core of a process; screens reach it through `createRouter`. */
export function openCore(options: CoreOptions): Core {
  const state = options.stateFolder ?? findStateFolder()
  const work = new WorkLedger()
  const trainings = new TrainingRegistry(work)
  const models = new ModelShelf()
  const insights = new InsightShelf()
  const runsFolder = options.runsFolder ?? join(options.roots?.[0] ?? join(homedir(), 'Netloom'), 'runs')
  const experiments = new ExperimentShelf(runsFolder, trainings, work)
  const recoveries = new RecoveryShelf(state)
  const imports = new ImportShelf(join(state, 'imports'))
  const uploads = new UploadShelf(join(state, 'uploads'))
  void uploads.tidy().catch(() => undefined)
  // What cannot be tidied away now can be at the next start.
  recoveries
    .list()
    .then((unsaved) =>
      imports.tidy(
        unsaved.map(({ text }) => text),
        Date.now(),
      ),
    )
    .catch(() => undefined)
  return {
    options,
    roots: new PathRoots(options.roots),
    runsFolder,
    recent: new StateFile(state, 'recent.json', recentSchema, []),
    recoveries,
    runs: new StateFile(state, 'runs.json', runsSchema, { parents: [], labels: {}, documents: [] }),
    datasets: new OpenedDatasets(),
    consents: new StateFile(state, 'consents.json', consentsSchema, []),
    imports,
    uploads,
    models,
    insights,
    trainings,
    work,
    experiments,
    blocks: new BlockLibrary(state),
    async close() {
      await experiments.close()
      await trainings.stopAll()
      await models.close()
      await insights.close()
      await imports.close()
      await uploads.close()
    },
  }
}
