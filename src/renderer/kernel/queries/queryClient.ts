// What the screen knows of the core, kept by what was asked: loading, failure, retry and cancel of every request are the library's.
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { QueryClient } from '@tanstack/react-query'
import { client, connectionStore } from '../core/client'

/**
 * Answers stay until something says that they are old: the core tells of what it does, and people press Reload. The core
 * is on this machine, so that a lost network holds nothing up; `liveLink` waits for the core itself.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      retry: false,
      networkMode: 'always',
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})

/** Reads again what is on the screen when the core is back after it could not be reached. @returns ends it */
export function refreshAfterReconnect(): () => void {
  return connectionStore.subscribe(({ connections }, before) => {
    if (connections !== before.connections && connections > 1) void queryClient.invalidateQueries()
  })
}

/** Every call of the contract as a query or a mutation. */
export const queries = createTanstackQueryUtils(client)
