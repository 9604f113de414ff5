// Leaving images of an evaluation out of their dataset, or giving them another class, with the way back; not choosing them.
import { useState } from 'react'
import { showFailure } from '../../../kernel/failures/showFailure'
import { showUndo } from '../../../kernel/parts/showUndo'
import { correctImages, undoStep, useCorrectionSteps } from '../../../session/dataset/correctionSteps'
import type { EvaluationDone } from '../model/evaluationStore'

/** What was done to an image: its new class, or null where it is left out; by its name in the split. */
export type Corrected = ReadonlyMap<string, string | null>

export interface Corrections {
  readonly corrected: Corrected
  readonly isRunning: boolean
  /** Whether the core says which dataset these images are of. */
  readonly isPossible: boolean
  /** @param to the new class; null: they are left out */
  correct(names: readonly string[], to: string | null): Promise<void>
}

/** Corrections made from one list of images of an evaluation. */
export function useCorrections({ dataset, split }: EvaluationDone): Corrections {
  const [corrected, setCorrected] = useState<Corrected>(new Map())
  const isRunning = useCorrectionSteps((state) => state.isRunning)
  const correct = async (names: readonly string[], to: string | null): Promise<void> => {
    if (!dataset) return
    try {
      const change = to === null ? ({ kind: 'leaveOut' } as const) : ({ kind: 'relabel', to } as const)
      const step = await correctImages(dataset, { by: 'name', split, names: [...names] }, change)
      if (!step) return
      const before = corrected
      setCorrected(new Map([...corrected, ...names.map((name) => [name, to] as const)]))
      showUndo(`${step.title}. Noted beside the dataset; its images stay as they are.`, async () => {
        try {
          await undoStep(step)
          setCorrected(before)
        } catch (error) {
          showFailure('The change was not taken back', error)
        }
      })
    } catch (error) {
      showFailure('The dataset was not corrected', error)
    }
  }
  return { corrected, isRunning, isPossible: dataset !== null, correct }
}
