// Work that belongs to one opened network: each has its own round, which ends when its network is closed; not what the work is.
import { Work, type Rounds, type WorkStep } from '../../kernel/queries/work'
import { createSessionStores } from './perSession'
import { whenSessionsClose } from './sessionStore'

/** Work of which every opened network has a round of its own; who names no network means the one on the screen. */
export function workPerSession<Asked, Told>(
  name: string,
  perform: (asked: Asked, step: WorkStep<Told>) => Promise<Told>,
): Work<Asked, Told> {
  const rounds = createSessionStores<Rounds<Asked>>(() => ({ round: null }))
  const work = new Work(name, perform, rounds)
  whenSessionsClose((session) => work.putAwayFrom(rounds.of(session)))
  return work
}
