// Leaving images of an evaluation out of their dataset, or giving them another class, with the way back; not choosing them.
import { useState } from 'react'
import { countOf } from '../../../../shared/graph/printNumbers'
import { client } from '../../../kernel/core/client'
import { showFailure } from '../../../kernel/failures/showFailure'
import { showUndo } from '../../../kernel/parts/showUndo'
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
  const [isRunning, setRunning] = useState(false)
  const correct = async (names: readonly string[], to: string | null): Promise<void> => {
    if (!dataset) return
    setRunning(true)
    try {
      const entries = await client.datasets.correct({ ...dataset, split, names: [...names], to })
      const before = corrected
      setCorrected(new Map([...corrected, ...names.map((name) => [name, to] as const)]))
      const images = countOf(names.length, 'image')
      const done = to === null ? `${images} left out` : `${images} now ${to}`
      showUndo(`${done}. Noted beside the dataset; its images stay as they are.`, async () => {
        await client.datasets.undoCorrection({ ...dataset, at: entries.at(-1)?.at })
        setCorrected(before)
      })
    } catch (error) {
      showFailure('The dataset was not corrected', error)
    } finally {
      setRunning(false)
    }
  }
  return { corrected, isRunning, isPossible: dataset !== null, correct }
}
