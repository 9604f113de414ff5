// What is known of datasets, by reference and options: read once, with progress; not which dataset a network uses.
import { isCancelledError, type QueryState } from '@tanstack/react-query'
import type { z } from 'zod'
import type { datasetDescriptionSchema } from '../../../shared/contract/datasetCalls'
import type { DatasetChoice } from '../../../shared/datasets/documentDataset'
import { client } from '../../kernel/core/client'
import { queries, queryClient } from '../../kernel/queries/queryClient'

/** What is known of a dataset. */
export type Description = z.output<typeof datasetDescriptionSchema>

/** A dataset and the choices behind its splits. */
export type DatasetChosen = Pick<DatasetChoice, 'reference' | 'options'>

/** What was read of a dataset so far. */
export interface Reading {
  /** null while nothing is known. */
  readonly description: Description | null
  /** Whether images were not read: no damage, sizes of files or duplicates are known. */
  readonly isQuick: boolean
  /** Images read and in all; null before the first report and at the end. */
  readonly progress: { readonly done: number; readonly total: number } | null
}

const nothing: Reading = { description: null, isQuick: true, progress: null }

function keyOf({ reference, options }: DatasetChosen) {
  const set = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
  return ['dataset', reference, Object.fromEntries(set)] as const
}

/** How the reading of a dataset stands; undefined where nobody asked for it. */
export function readingOf(chosen: DatasetChosen): QueryState<Reading> | undefined {
  return queryClient.getQueryState<Reading>(keyOf(chosen))
}

/** Calls back whenever the reading of any dataset gets on. @returns ends it */
export function subscribeReadings(listener: () => void): () => void {
  return queryClient.getQueryCache().subscribe(({ query }) => {
    if (query.queryKey[0] === 'dataset') listener()
  })
}

/** Reads a dataset that is not known yet, and tells of every step. A failure stands in its reading. */
export function describe(chosen: DatasetChosen): void {
  const queryKey = keyOf(chosen)
  const found = queryClient.getQueryState(queryKey)
  if (found && (found.fetchStatus === 'fetching' || found.status === 'success')) return
  queryClient
    .fetchQuery({
      queryKey,
      gcTime: Infinity,
      queryFn: async ({ signal }): Promise<Reading> => {
        let reading = nothing
        for await (const event of await client.datasets.describe(chosen, { signal })) {
          reading =
            event.kind === 'progress'
              ? { ...reading, progress: { done: event.done, total: event.total } }
              : { ...reading, description: event.description, isQuick: event.quick }
          queryClient.setQueryData(queryKey, reading)
        }
        return { ...reading, progress: null }
      },
    })
    .catch(() => undefined)
}

/** Reads a dataset again, as its files are now; its images with it. */
export function describeAgain(chosen: DatasetChosen): void {
  void queryClient.resetQueries({ queryKey: queries.datasets.images.key() })
  queryClient.removeQueries({ queryKey: keyOf(chosen), exact: true })
  describe(chosen)
}

/** A first look with what the former whole look found, until the next one is whole too. */
function withFormerFindings(quick: Description, { description, isQuick }: Reading): Description {
  if (!description || isQuick) return quick
  const { sizes, unreadable, contradictions, duplicatesAcrossSplits } = description
  return { ...quick, sizes, unreadable, contradictions, duplicatesAcrossSplits }
}

/**
 * Reads a dataset whose corrections have changed; what is known of it stays until more is known.
 * @returns once its splits and classes are known. Rejects with why it cannot be opened
 */
export async function describeCorrected(chosen: DatasetChosen): Promise<Description | null> {
  const queryKey = keyOf(chosen)
  await queryClient.cancelQueries({ queryKey, exact: true }, { revert: false })
  const former = readingOf(chosen)?.data ?? nothing
  // Pages of images keep what they show until the new ones are there.
  const renewImages = (): Promise<void> => queryClient.invalidateQueries({ queryKey: queries.datasets.images.key() })
  return new Promise((resolve, reject) => {
    const give = (description: Description | null): void => void renewImages().finally(() => resolve(description))
    queryClient
      .fetchQuery({
        queryKey,
        gcTime: Infinity,
        staleTime: 0,
        queryFn: async ({ signal }): Promise<Reading> => {
          let reading = former
          for await (const event of await client.datasets.describe(chosen, { signal })) {
            if (event.kind === 'progress') reading = { ...reading, progress: { done: event.done, total: event.total } }
            else {
              const description = event.quick ? withFormerFindings(event.description, former) : event.description
              reading = { ...reading, description, isQuick: event.quick && former.isQuick }
              if (event.quick) give(description)
            }
            queryClient.setQueryData(queryKey, reading)
          }
          return { ...reading, progress: null }
        },
      })
      // Damaged files leave the lists once they are known.
      .then(async ({ description }) => {
        if (description?.unreadable.length !== former.description?.unreadable.length) await renewImages()
      })
      .catch(reject)
  })
}

/** Ends the reading; what is known so far stays. */
export function cancelDescribe(chosen: DatasetChosen): void {
  void queryClient.cancelQueries({ queryKey: keyOf(chosen), exact: true }, { revert: false })
}

/** Why a reading failed; null where it did not, or was only cancelled. */
export function failureOf(reading: QueryState<Reading> | undefined): unknown {
  const error = reading?.error ?? null
  return isCancelledError(error) ? null : error
}

/** Resolves with the first description of a dataset, which may still be read further. Rejects with why there is none. */
export function firstDescription(chosen: DatasetChosen): Promise<Description> {
  describe(chosen)
  return new Promise((resolve, reject) => {
    const look = (): boolean => {
      const reading = readingOf(chosen)
      const description = reading?.data?.description
      if (description) resolve(description)
      else if (reading?.fetchStatus !== 'fetching') reject(reading?.error ?? new Error('The dataset was not read.'))
      else return false
      end()
      return true
    }
    let end = (): void => {}
    if (!look()) end = subscribeReadings(look)
  })
}
