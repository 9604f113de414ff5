// Training the evaluated run once more on its corrected dataset, and how much that gains on the same images; not showing it.
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'
import { client } from '../../../kernel/core/client'
import { queryClient } from '../../../kernel/queries/queryClient'
import { runListQuery } from '../../../kernel/queries/runList'
import { Work } from '../../../kernel/queries/work'
import { compareEvaluations, type ModelComparison } from './compareEvaluations'
import { presentScaling, type ChosenModel, type EvaluationDone } from '../model/evaluationStore'

export interface AgainTold {
  /** The new run, once it is begun. */
  readonly run: string | null
  readonly step: 'starting' | 'training' | 'evaluating'
  /** Of the present step, in [0, 1]; null where it is not known. */
  readonly fraction: number | null
  /** The former run against the new one, on the images that both can be measured on; null where there are none. */
  readonly comparison: ModelComparison | null
  readonly isDone: boolean
}

interface AgainAsked {
  readonly model: ChosenModel
  /** The images of the result, as they are corrected now. */
  readonly against: Pick<EvaluationDone, 'dataset' | 'split'>
}

async function evaluate(
  model: string,
  { dataset, split }: AgainAsked['against'],
  signal: AbortSignal,
  tell: (fraction: number) => void,
): Promise<EvaluationResult | null> {
  const request = { model, dataset, split, asGiven: true, otherwiseScaling: presentScaling() }
  for await (const event of await client.models.evaluate(request, { signal })) {
    if (event.kind === 'evaluation') return event.evaluation
    tell(event.total > 0 ? event.done / event.total : 0)
  }
  return null
}

/** Training again and comparing; ending it leaves the training to go on. */
export const trainingAgain = new Work<AgainAsked, AgainTold>(
  'train again',
  async ({ model, against }, { signal, tell }) => {
    let told: AgainTold = { run: null, step: 'starting', fraction: null, comparison: null, isDone: false }
    const say = (part: Partial<AgainTold>): AgainTold => {
      told = { ...told, ...part }
      tell(told)
      return told
    }
    const { run } = await client.training.again({ run: model.path }, { signal })
    void queryClient.invalidateQueries({ queryKey: runListQuery.queryKey })
    say({ run, step: 'training' })
    for await (const { event } of await client.training.events({ run }, { signal })) {
      if (event.kind === 'progress') say({ fraction: event.totalSteps > 0 ? event.step / event.totalSteps : null })
      if (event.kind === 'failed') throw new Error(event.error.message, { cause: event.error })
      if (event.kind === 'finished' && event.outcome.state !== 'finished') return say({ isDone: true })
    }
    void queryClient.invalidateQueries({ queryKey: runListQuery.queryKey })
    say({ step: 'evaluating', fraction: 0 })
    const before = await evaluate(model.path, against, signal, (part) => say({ fraction: part / 2 }))
    const after = await evaluate(run, against, signal, (part) => say({ fraction: 0.5 + part / 2 }))
    return say({ comparison: (before && after && compareEvaluations(before, after)) ?? null, isDone: true })
  },
)
