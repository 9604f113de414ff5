// The folder that the file dialog shows: where it begins for each purpose, and going elsewhere.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { FileEntry } from '../../../../shared/contract/fileCalls'
import { loadAppInfo } from '../../../kernel/core/appInfo'
import { client } from '../../../kernel/core/client'
import { splitPath } from '../../../kernel/dialogs/filePaths'
import type { BrowseMode } from '../../../kernel/dialogs/questions'
import { queries } from '../../../kernel/queries/queryClient'
import { documentStore } from '../../../session/document/documentStore'
import { isSavingMode } from './browseModes'

/** A folder with what it holds. */
export interface Listing {
  readonly path: string
  readonly parent: string | null
  readonly entries: readonly FileEntry[]
}

/** Networks, images, lists and exports mostly lie in folders of their own: each purpose remembers its last one. */
function folderKeyOf(mode: BrowseMode): string {
  return `netloom.folder.${mode}`
}

/** Remembers where something was chosen. */
export function keepFolder(mode: BrowseMode, folder: string): void {
  localStorage.setItem(folderKeyOf(mode), folder)
}

/** What is suggested comes first; a file is saved beside its document, never where another one was opened last. */
async function firstFolder(mode: BrowseMode, suggested: string | undefined): Promise<string> {
  const present = documentStore.getState().path
  const beside = present === null ? undefined : splitPath(present).folder
  const kept = localStorage.getItem(folderKeyOf(mode))
  const usual = isSavingMode(mode) ? (beside ?? kept) : (kept ?? beside)
  return splitPath(suggested ?? '').folder ?? usual ?? (await loadAppInfo()).home
}

/** The first folder that is listed; where the remembered one is gone, a root. */
async function listFirst(mode: BrowseMode, suggested: string | undefined): Promise<Listing> {
  const path = await firstFolder(mode, suggested)
  try {
    return await client.files.list({ path })
  } catch (error) {
    const [root] = await client.files.roots()
    if (root === undefined || root === path) throw error
    return client.files.list({ path: root })
  }
}

/** The listing of a folder; where another one cannot be read, the one before it stays, with the reason. */
export function useListing(mode: BrowseMode, suggested: string | undefined) {
  // null: where the dialog begins. Asking again reads a folder anew.
  const [asked, setAsked] = useState<{ readonly path: string | null }>({ path: null })
  const [listing, setListing] = useState<Listing | null>(null)
  const { data: roots = [] } = useQuery(queries.files.roots.queryOptions())
  const { data, error, refetch } = useQuery({
    queryKey: ['files.list', asked.path, suggested] as const,
    gcTime: 0,
    staleTime: 0,
    queryFn: () => (asked.path === null ? listFirst(mode, suggested) : client.files.list({ path: asked.path })),
  })
  if (data && data !== listing) setListing(data)
  useEffect(() => {
    if (data && !isSavingMode(mode)) keepFolder(mode, data.path)
  }, [data, mode])
  const go = (path: string): void => (path === asked.path ? void refetch() : setAsked({ path }))
  return { listing, problem: error, roots, go }
}
