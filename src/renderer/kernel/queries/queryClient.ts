// What the screen knows of the core, kept by what was asked: loading, failure, retry and cancel of every request are the library's.
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { QueryClient } from '@tanstack/react-query'
import { client } from '../core/client'

/** Answers stay until something says that they are old: the core tells of what it does, and people press Reload. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: Infinity, retry: false, refetchOnWindowFocus: false, refetchOnReconnect: false },
    mutations: { retry: false },
  },
})

/** Every call of the contract as a query or a mutation. */
export const queries = createTanstackQueryUtils(client)
