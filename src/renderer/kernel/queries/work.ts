// Work that the core, or this window, tells of while it does it: one round at a time, with its loading, failure and cancel from the queries; not what the work is.
import { isCancelledError } from '@tanstack/react-query'
import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { queryClient } from './queryClient'

/** How a piece of work stands. */
export interface WorkState<Asked, Told> {
  /** What the latest round was asked; null before the first, and once it was put away. */
  readonly asked: Asked | null
  /** What it told last, also after it ended or was cancelled; null before that. */
  readonly told: Told | null
  readonly isRunning: boolean
  /** Why it failed; null where it did not, or was only cancelled. */
  readonly error: unknown
}

/** What the work itself is given. */
export interface WorkStep<Told> {
  readonly signal: AbortSignal
  /** Tells how far it is; nothing is heard of a round that was cancelled. */
  readonly tell: (told: Told) => void
}

interface Round<Asked> {
  readonly queryKey: readonly ['work', string, number]
  readonly asked: Asked
}

/** The latest round of a piece of work. */
export interface Rounds<Asked> {
  readonly round: Round<Asked> | null
}

type RoundStore<Asked> = Pick<StoreApi<Rounds<Asked>>, 'getState' | 'setState' | 'subscribe'>

interface Known<Told> {
  readonly told: Told | null
}

/**
 * One kind of work. A round that is begun ends the one before it, so that a late answer never takes the place of a
 * newer one. It is a store too: components follow it with `useWork`.
 */
export class Work<Asked, Told> {
  private static begun = 0
  private last: { readonly basis: readonly unknown[]; readonly state: WorkState<Asked, Told> } | undefined

  /**
   * @param perform does one round, and gives what is told at its end
   * @param rounds where the latest round stands
   */
  constructor(
    private readonly name: string,
    private readonly perform: (asked: Asked, step: WorkStep<Told>) => Promise<Told>,
    private readonly rounds: RoundStore<Asked> = createStore<Rounds<Asked>>()(() => ({ round: null })),
  ) {}

  /** How the latest round stands; the same object while nothing changed. */
  readonly getState = (): WorkState<Asked, Told> => {
    const { round } = this.rounds.getState()
    const query = round && queryClient.getQueryState<Known<Told>>(round.queryKey)
    const basis = [round, query]
    if (this.last?.basis.every((part, index) => part === basis[index])) return this.last.state
    const error = query?.error ?? null
    const state: WorkState<Asked, Told> = {
      asked: round?.asked ?? null,
      told: query?.data?.told ?? null,
      isRunning: query?.fetchStatus === 'fetching',
      error: isCancelledError(error) ? null : error,
    }
    this.last = { basis, state }
    return state
  }

  readonly getInitialState = this.getState

  /** Calls back whenever the state is another one. @returns ends it */
  readonly subscribe = (
    listener: (state: WorkState<Asked, Told>, before: WorkState<Asked, Told>) => void,
  ): (() => void) => {
    let before = this.getState()
    const look = (): void => {
      const state = this.getState()
      if (state === before) return
      const former = before
      before = state
      listener(state, former)
    }
    const ends = [
      this.rounds.subscribe(look),
      queryClient.getQueryCache().subscribe(({ query }) => {
        if (query.queryKey === this.rounds.getState().round?.queryKey) look()
      }),
    ]
    return () => {
      for (const end of ends) end()
    }
  }

  /** Begins a round; one under way ends. @returns what it told at its end, undefined where it failed or was cancelled */
  async start(asked: Asked): Promise<Told | undefined> {
    this.putAway()
    const round: Round<Asked> = { queryKey: ['work', this.name, ++Work.begun], asked }
    const { queryKey } = round
    const running = queryClient.fetchQuery({
      queryKey,
      gcTime: Infinity,
      queryFn: async ({ signal }): Promise<Known<Told>> => {
        const tell = (told: Told): void => {
          if (!signal.aborted) queryClient.setQueryData<Known<Told>>(queryKey, { told })
        }
        return { told: await this.perform(asked, { signal, tell }) }
      },
    })
    this.rounds.setState({ round })
    try {
      return (await running).told ?? undefined
    } catch {
      // It stands in the state.
      return undefined
    }
  }

  private cancelRound(rounds: RoundStore<Asked>): void {
    const { round } = rounds.getState()
    if (round) void queryClient.cancelQueries({ queryKey: round.queryKey, exact: true }, { revert: false })
  }

  /** Ends the round under way; what it told stays. */
  readonly cancel = (): void => this.cancelRound(this.rounds)

  /** Ends the round under way and forgets what it told. */
  readonly putAway = (): void => this.putAwayFrom(this.rounds)

  /** The same where several have rounds of their own: of the one whose rounds are given. */
  putAwayFrom(rounds: RoundStore<Asked>): void {
    const { round } = rounds.getState()
    if (!round) return
    this.cancelRound(rounds)
    rounds.setState({ round: null })
    queryClient.removeQueries({ queryKey: round.queryKey, exact: true })
  }

  /** Forgets a failure, as when a person has read it. */
  readonly dismissError = (): void => {
    if (this.getState().error !== null) this.putAway()
  }
}

/** How a piece of work stands, or a part of it, followed while the component is mounted. */
export function useWork<Asked, Told, T = WorkState<Asked, Told>>(
  work: Work<Asked, Told>,
  selector?: (state: WorkState<Asked, Told>) => T,
): T {
  // Without a selector T is the state itself.
  return useStore(work, selector ?? ((state) => state as T))
}
