// The ways on after a failure, as buttons: who knows a way offers it here, who shows a failure asks; not what they do.
import { isConnectionError, plainErrorOf } from '../core/client'
import { reconnectNow } from '../core/coreConnection'
import type { PlainError } from '../../../shared/training/events'

/** One way on, as a button says it. */
export interface WayOn {
  readonly label: string
  run(): void | Promise<void>
}

/** The ways on that someone knows after an error; none where it is not theirs. */
export type FindWaysOn = (error: PlainError) => readonly WayOn[]

const finders = new Set<FindWaysOn>()

/** Offers ways on wherever a failure is shown from now on. @returns ends it */
export function offerWaysOn(find: FindWaysOn): () => void {
  finders.add(find)
  return () => finders.delete(find)
}

/** The ways on after a failure of any kind. */
export function findWaysOn(error: unknown): readonly WayOn[] {
  if (isConnectionError(error)) return [{ label: 'Try to connect now', run: reconnectNow }]
  const plain = plainErrorOf(error)
  return plain ? [...finders].flatMap((find) => find(plain)) : []
}
