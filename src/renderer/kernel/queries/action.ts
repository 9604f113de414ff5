// Something that a person asks the core to do, with its failure for as long as it is read; not what is done.
import { MutationObserver, type MutationObserverResult } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { queryClient } from './queryClient'

/** How the latest asking stands. */
export type ActionState<Input, Output> = MutationObserverResult<Output, Error, Input>

/** One thing to ask for. Unlike `Work` it is not given up when it is asked again, since it changes something. */
export class Action<Input, Output = unknown> {
  private readonly observer: MutationObserver<Output, Error, Input>

  /** @param perform does it, with what follows from it */
  constructor(perform: (input: Input) => Promise<Output>) {
    this.observer = new MutationObserver(queryClient, { mutationFn: perform })
  }

  /** Asks for it. @returns what came of it; undefined where it failed, which then stands in the state */
  readonly run = (input: Input): Promise<Output | undefined> => this.observer.mutate(input).catch(() => undefined)

  readonly getState = (): ActionState<Input, Output> => this.observer.getCurrentResult()

  readonly subscribe = (listener: () => void): (() => void) => this.observer.subscribe(listener)

  /** Forgets how it went. */
  readonly dismiss = (): void => this.observer.reset()
}

/** How the latest asking stands, followed while the component is mounted. */
export function useAction<Input, Output>({ subscribe, getState }: Action<Input, Output>): ActionState<Input, Output> {
  return useSyncExternalStore(subscribe, getState)
}
