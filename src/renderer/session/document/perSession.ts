// Stores of which every opened network has one of its own; who names none means the network on the screen.
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { DocumentSession } from './DocumentSession'
import { presentSession, sessionStore } from './sessionStore'

type Readable<T> = Pick<StoreApi<T>, 'getState' | 'getInitialState' | 'subscribe'>

/** The store of the network on the screen, as one store: it goes over to another network's when that is shown. */
export function followPresent<T>(storeOf: (session: DocumentSession) => Readable<T>): Readable<T> {
  return {
    getState: () => storeOf(presentSession()).getState(),
    getInitialState: () => storeOf(presentSession()).getInitialState(),
    subscribe(listener) {
      let session = presentSession()
      let end = storeOf(session).subscribe(listener)
      const endSessions = sessionStore.subscribe(({ present }) => {
        if (present === session) return
        const before = storeOf(session).getState()
        end()
        session = present
        end = storeOf(session).subscribe(listener)
        const state = storeOf(session).getState()
        if (state !== before) listener(state, before)
      })
      return () => {
        end()
        endSessions()
      }
    },
  }
}

/** A store for each session. What is awaited asks `of(session)` for the store of the session that it started from. */
export interface SessionStores<T> extends StoreApi<T> {
  readonly of: (session: DocumentSession) => StoreApi<T>
}

/** Makes such stores. @param begin the state of a network that was just opened */
export function createSessionStores<T>(begin: () => T): SessionStores<T> {
  const stores = new WeakMap<DocumentSession, StoreApi<T>>()
  const of = (session: DocumentSession): StoreApi<T> => {
    const known = stores.get(session)
    if (known) return known
    const made = createStore<T>()(begin)
    stores.set(session, made)
    return made
  }
  return {
    ...followPresent(of),
    of,
    setState: ((...change: Parameters<StoreApi<T>['setState']>) =>
      of(presentSession()).setState(...change)) as StoreApi<T>['setState'], // its overloads differ only in whether a part is given
  }
}
