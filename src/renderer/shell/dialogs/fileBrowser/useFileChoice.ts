// What is shown, selected and typed in the file dialog, and the path that follows from it.
import { useEffect, useState } from 'react'
import type { ChosenPath, FileEntry } from '../../../../shared/contract/fileCalls'
import { loadAppInfo } from '../../../kernel/core/appInfo'
import { client } from '../../../kernel/core/client'
import { isAbsolutePath, resolveTyped, splitPath } from '../../../kernel/dialogs/filePaths'
import { ask, type BrowseMode } from '../../../kernel/dialogs/questions'
import { isSavingMode, modes } from './browseModes'
import { keepFolder, useListing } from './useListing'

/** What the dialog is opened with. */
export interface FileBrowserProps {
  readonly mode: BrowseMode
  readonly suggested: string | undefined
  readonly onAnswer: (chosen: ChosenPath | null) => void
}

async function askToReplace(path: string): Promise<boolean> {
  const choices = [{ value: 'replace', label: 'Replace', tone: 'danger' }] as const
  const message = `"${path}" is there already.`
  return (await ask({ title: 'Replace what is there?', message, choices })) === 'replace'
}

/** The entry at a path; undefined where nothing is, or its folder cannot be looked into. */
async function findEntry(path: string): Promise<FileEntry | undefined> {
  const { folder, name } = splitPath(path)
  const listed = await client.files.list({ path: folder ?? '/' }).catch(() => undefined)
  return listed?.entries.find((entry) => entry.name === name)
}

/** The folder that `~` stands for; '' until it is known. */
function useHome(): string {
  const [home, setHome] = useState('')
  useEffect(() => {
    void loadAppInfo().then((info) => setHome(info.home))
  }, [])
  return home
}

/** The state of the dialog. */
export function useFileChoice({ mode, suggested, onAnswer }: FileBrowserProps) {
  const isSaving = isSavingMode(mode)
  const { listing, problem, roots, go } = useListing(mode, suggested)
  const home = useHome()
  const [name, setName] = useState(isSaving ? splitPath(suggested ?? '').name : '')
  const [typedPath, setTypedPath] = useState<string | null>(null)
  const [selected, setSelected] = useState<string | null>(null)
  // Enter may be faster than the first listing; the name then goes into the folder that comes.
  const [isAwaited, setAwaited] = useState(false)
  const entries = listing && listing.entries.filter((entry) => entry.kind === 'folder' || modes[mode].lists(entry))
  const enter = (path: string): void => {
    setSelected(null)
    setTypedPath(null)
    go(path)
  }
  const resolve = (typed: string): string => resolveTyped(listing?.path ?? '', typed, home)
  const findTarget = (): string | null => {
    if (isSaving) {
      if (name.trim() === '' || (!listing && !isAbsolutePath(name.trim()))) return null
      return resolve(name)
    }
    if (typedPath !== null) return typedPath.trim() === '' ? null : resolve(typedPath)
    if (!listing) return null
    return mode === 'openFolder' ? (selected ?? listing.path) : selected
  }
  const target = findTarget()
  /** An export over something that is there wants a yes, as the desktop's own dialogs ask; documents have a rule of their own. */
  const answerWith = async (path: string): Promise<void> => {
    const isKnown = listing !== null && splitPath(path).folder === listing.path
    const isAskedFor = isSaving && mode !== 'saveDocument'
    const there = isKnown ? listing.entries.find((entry) => entry.path === path) : undefined
    const isThere = isAskedFor && (there ?? (isKnown ? undefined : await findEntry(path))) !== undefined
    if (isThere && !(await askToReplace(path))) return
    const { folder } = splitPath(path)
    if (folder !== undefined) keepFolder(mode, folder)
    onAnswer({ path, mayReplace: isThere })
  }
  /** A typed folder is gone into; the file or folder that was asked for is the answer. */
  const followTyped = async (path: string): Promise<void> => {
    const isFolder = await client.files.list({ path }).then(
      () => true,
      () => false,
    )
    if (isFolder && (mode !== 'openFolder' || path !== listing?.path)) enter(path)
    else if (!isFolder && (await findEntry(path)) === undefined) go(path)
    else await answerWith(path)
  }
  const choose = (entry: FileEntry): void => {
    const isChoice = (entry.kind === 'folder') === (mode === 'openFolder')
    if (isSaving && isChoice) setName(entry.name)
    setTypedPath(null)
    setSelected(isChoice ? entry.path : null)
  }
  const openEntry = (entry: FileEntry): void => {
    if (entry.kind === 'folder') enter(entry.path)
    else if (mode !== 'openFolder') void answerWith(entry.path)
  }
  const submit = (): void => {
    if (target !== null) void (typedPath === null ? answerWith(target) : followTyped(target))
    else if (isSaving && listing === null && problem === null && name.trim() !== '') setAwaited(true)
  }
  useEffect(() => {
    if (isAwaited && target !== null) void answerWith(target)
    // The listing is there as soon as the target is.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [isAwaited, target, onAnswer])
  return {
    isSaving,
    listing,
    problem,
    roots,
    entries,
    name,
    setName(typed: string): void {
      setAwaited(false)
      setName(typed)
    },
    /** The whole path of what is chosen, or what is typed in its place. */
    path: typedPath ?? selected ?? listing?.path ?? '',
    setPath: setTypedPath,
    selected,
    target,
    isAwaited: isAwaited && problem === null,
    enter,
    choose,
    openEntry,
    submit,
    /** Makes a folder in the one that is shown and goes into it. @throws NetloomError file.write */
    makeFolder: async (folderName: string): Promise<void> => {
      if (listing) enter((await client.files.makeFolder({ parent: listing.path, name: folderName })).path)
    },
  }
}
