// Chooses a file or folder of the core's machine in a dialog, where no desktop dialog is at hand.
import { printShort } from '../../../shared/graph/printNumbers'
import {
  Alert,
  Breadcrumbs,
  Button,
  Group,
  Modal,
  ScrollArea,
  Skeleton,
  Stack,
  TextInput,
  UnstyledButton,
} from '@mantine/core'
import {
  IconArrowUp,
  IconFile,
  IconFolder,
  IconPhoto,
  IconTopologyStar3,
  IconVector,
  type Icon,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Ago } from '../../kernel/parts/Ago'
import type { ChosenPath, FileEntry } from '../../../shared/contract/fileCalls'
import { client, messageOf } from '../../kernel/core/client'
import { queries } from '../../kernel/queries/queryClient'
import { documentStore } from '../../session/document/documentStore'
import { ask, type BrowseMode } from '../../kernel/dialogs/questions'
import { loadAppInfo } from '../../kernel/core/appInfo'
import { fileNameOf } from '../../kernel/dialogs/filePaths'
import classes from './FileBrowser.module.css'
import { crumbsOf, joinPath, splitPath } from '../../kernel/dialogs/filePaths'

interface Listing {
  readonly path: string
  readonly parent: string | null
  readonly entries: readonly FileEntry[]
}

const modes: Readonly<
  Record<
    BrowseMode,
    {
      readonly title: string
      readonly action: string
      /** Which files are listed beside the folders. */
      readonly lists: (entry: FileEntry) => boolean
      readonly empty: string
    }
  >
> = {
  openDocument: {
    title: 'Open a network',
    action: 'Open',
    lists: ({ kind, name }) => kind === 'document' || kind === 'onnx' || name === 'model.json',
    empty: 'No folders, networks or ONNX files here.',
  },
  saveDocument: {
    title: 'Save the network',
    action: 'Save',
    lists: ({ kind }) => kind === 'document',
    empty: 'No folders or networks here.',
  },
  openFolder: {
    title: 'Choose a folder of images',
    action: 'Choose this folder',
    lists: ({ kind }) => kind === 'image' || kind === 'file',
    empty: 'No folders or images here.',
  },
  openCsv: {
    title: 'Choose a CSV list of images',
    action: 'Choose this file',
    lists: ({ name }) => /\.[ct]sv$/i.test(name),
    empty: 'No folders or CSV files here.',
  },
  saveOnnx: {
    title: 'Export as ONNX',
    action: 'Export',
    lists: ({ kind }) => kind === 'onnx',
    empty: 'No folders or ONNX files here.',
  },
  saveTfjs: {
    title: 'Export for TensorFlow.js',
    action: 'Export',
    lists: () => false,
    empty: 'No folders here.',
  },
  savePytorch: {
    title: 'Export as PyTorch code',
    action: 'Export',
    lists: () => false,
    empty: 'No folders here.',
  },
}

const savingModes: ReadonlySet<BrowseMode> = new Set(['saveDocument', 'saveOnnx', 'saveTfjs', 'savePytorch'])

const icons: Readonly<Record<FileEntry['kind'], Icon>> = {
  folder: IconFolder,
  document: IconTopologyStar3,
  onnx: IconVector,
  image: IconPhoto,
  file: IconFile,
}

const lastFolderKey = 'netloom.folder'

/** A file is saved beside its document or at home, never where another one was opened last. */
async function firstFolder(suggested: string | undefined, isSaving: boolean): Promise<string> {
  const present = documentStore.getState().path
  const folder = splitPath(suggested ?? '').folder ?? (present === null ? undefined : splitPath(present).folder)
  return folder ?? (isSaving ? null : localStorage.getItem(lastFolderKey)) ?? (await loadAppInfo()).home
}

/** The first folder that is listed; where the remembered one is gone, a root. */
async function listFirst(suggested: string | undefined, isSaving: boolean): Promise<Listing> {
  const path = await firstFolder(suggested, isSaving)
  try {
    return await client.files.list({ path })
  } catch (error) {
    const [root] = await client.files.roots()
    if (root === undefined || root === path) throw error
    return client.files.list({ path: root })
  }
}

/** The listing of a folder; where another one cannot be read, the one before it stays, with the reason. */
function useListing(suggested: string | undefined, isSaving: boolean) {
  // null: where the dialog begins. Asking again reads a folder anew.
  const [asked, setAsked] = useState<{ readonly path: string | null }>({ path: null })
  const [listing, setListing] = useState<Listing | null>(null)
  const { data: roots = [] } = useQuery(queries.files.roots.queryOptions())
  const { data, error } = useQuery({
    queryKey: ['files.list', asked.path, suggested] as const,
    gcTime: 0,
    staleTime: 0,
    queryFn: () => (asked.path === null ? listFirst(suggested, isSaving) : client.files.list({ path: asked.path })),
  })
  if (data && data !== listing) setListing(data)
  useEffect(() => {
    if (data && !isSaving) localStorage.setItem(lastFolderKey, data.path)
  }, [data, isSaving])
  const go = (path: string): void => setAsked({ path })
  return { listing, problem: error ? messageOf(error) : null, roots, go }
}

function EntryRow(props: {
  readonly entry: FileEntry
  readonly isSelected: boolean
  readonly onSelect: () => void
  readonly onOpen: () => void
}) {
  const { entry, isSelected, onSelect, onOpen } = props
  const EntryIcon = icons[entry.kind]
  return (
    <UnstyledButton
      className={classes.row}
      data-selected={isSelected || undefined}
      aria-pressed={isSelected}
      onClick={onSelect}
      onDoubleClick={onOpen}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        onOpen()
      }}
    >
      <EntryIcon size={16} stroke={1.5} aria-hidden className={classes.icon} data-kind={entry.kind} />
      <span className={classes.name}>{entry.name}</span>
      <span className={classes.meta}>{entry.kind === 'folder' ? '' : `${printShort(entry.sizeBytes)}B`}</span>
      <span className={classes.meta}>
        <Ago sinceMs={entry.modifiedMs} />
      </span>
    </UnstyledButton>
  )
}

function Crumbs(props: {
  readonly path: string
  readonly roots: readonly string[]
  readonly onGo: (path: string) => void
}) {
  const { path, roots, onGo } = props
  return (
    <Breadcrumbs separator="›" separatorMargin={4} className={classes.crumbs}>
      {crumbsOf(path, roots).map((crumb) => (
        <UnstyledButton key={crumb.path} className={classes.crumb} onClick={() => onGo(crumb.path)}>
          {crumb.name}
        </UnstyledButton>
      ))}
    </Breadcrumbs>
  )
}

function FolderBar(props: {
  readonly listing: Listing | null
  readonly roots: readonly string[]
  readonly onGo: (path: string) => void
}) {
  const { listing, roots, onGo } = props
  const parent = listing?.parent ?? null
  return (
    <>
      <Group gap="sm" wrap="nowrap">
        <Button
          variant="default"
          leftSection={<IconArrowUp size={14} aria-hidden />}
          disabled={parent === null}
          onClick={() => parent !== null && onGo(parent)}
        >
          Up
        </Button>
        {listing && <Crumbs path={listing.path} roots={roots} onGo={onGo} />}
      </Group>
      {roots.length > 1 && (
        <Group gap="xs">
          {roots.map((root) => (
            <Button key={root} variant="subtle" size="compact-xs" onClick={() => onGo(root)}>
              {fileNameOf(root) || root}
            </Button>
          ))}
        </Group>
      )}
    </>
  )
}

function EntryList(props: {
  readonly entries: readonly FileEntry[] | null
  readonly problem: string | null
  readonly emptyText: string
  readonly selected: string | null
  readonly onSelect: (entry: FileEntry) => void
  readonly onOpen: (entry: FileEntry) => void
}) {
  const { entries, problem, emptyText, selected, onSelect, onOpen } = props
  return (
    <>
      {problem !== null && (
        <Alert color="red" title="This folder cannot be shown">
          {problem}
        </Alert>
      )}
      <ScrollArea h={320} className={classes.list} type="auto" aria-label="Files">
        {entries === null && problem === null && <Skeleton h={300} m="sm" />}
        {entries?.length === 0 && <p className={classes.empty}>{emptyText}</p>}
        {entries?.map((entry) => (
          <EntryRow
            key={entry.path}
            entry={entry}
            isSelected={entry.path === selected}
            onSelect={() => onSelect(entry)}
            onOpen={() => onOpen(entry)}
          />
        ))}
      </ScrollArea>
    </>
  )
}

async function askToReplace(path: string): Promise<boolean> {
  const choices = [{ value: 'replace', label: 'Replace', tone: 'danger' }] as const
  const message = `"${path}" is there already.`
  return (await ask({ title: 'Replace what is there?', message, choices })) === 'replace'
}

interface FileBrowserProps {
  readonly mode: BrowseMode
  readonly suggested: string | undefined
  readonly onAnswer: (chosen: ChosenPath | null) => void
}

/** What is shown, selected and typed in the dialog, and the path that follows from it. */
function useFileChoice({ mode, suggested, onAnswer }: FileBrowserProps) {
  const isSaving = savingModes.has(mode)
  const { listing, problem, roots, go } = useListing(suggested, isSaving)
  const [name, setName] = useState(isSaving ? splitPath(suggested ?? '').name : '')
  const [selected, setSelected] = useState<string | null>(null)
  // Enter may be faster than the first listing; the name then goes into the folder that comes.
  const [isAwaited, setAwaited] = useState(false)
  const entries = listing && listing.entries.filter((entry) => entry.kind === 'folder' || modes[mode].lists(entry))
  const enter = (path: string): void => {
    setSelected(null)
    go(path)
  }
  const findTarget = (): string | null => {
    if (!listing) return null
    if (isSaving) return name.trim() === '' ? null : joinPath(listing.path, name.trim())
    return mode === 'openFolder' ? (selected ?? listing.path) : selected
  }
  const target = findTarget()
  /** An export over something that is there wants a yes, as the desktop's own dialogs ask; documents have a rule of their own. */
  const answerWith = async (path: string): Promise<void> => {
    const isThere = listing?.entries.some((entry) => entry.path === path) ?? false
    const isAsked = isSaving && mode !== 'saveDocument' && isThere
    if (!isAsked || (await askToReplace(path))) onAnswer({ path, mayReplace: isAsked })
  }
  const choose = (entry: FileEntry): void => {
    const isChoice = (entry.kind === 'folder') === (mode === 'openFolder')
    if (isSaving && isChoice) setName(entry.name)
    setSelected(isChoice ? entry.path : null)
  }
  const openEntry = (entry: FileEntry): void => {
    if (entry.kind === 'folder') enter(entry.path)
    else if (mode !== 'openFolder') void answerWith(entry.path)
  }
  const submit = (): void => {
    if (target !== null) void answerWith(target)
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
    selected,
    target,
    isAwaited: isAwaited && problem === null,
    enter,
    choose,
    openEntry,
    submit,
  }
}

/** The dialog. @see choosePath */
export function FileBrowser(props: FileBrowserProps) {
  const { mode, onAnswer } = props
  const { title, action, empty } = modes[mode]
  const choice = useFileChoice(props)
  return (
    <Modal opened onClose={() => onAnswer(null)} title={title} size={680} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="sm">
        <FolderBar listing={choice.listing} roots={choice.roots} onGo={choice.enter} />
        <EntryList
          entries={choice.entries}
          problem={choice.problem}
          emptyText={empty}
          selected={choice.selected}
          onSelect={choice.choose}
          onOpen={choice.openEntry}
        />
        {choice.isSaving && (
          <TextInput
            label="File name"
            data-autofocus
            value={choice.name}
            onChange={(event) => choice.setName(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Enter' && choice.submit()}
          />
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={() => onAnswer(null)}>
            Cancel
          </Button>
          <Button disabled={choice.target === null} loading={choice.isAwaited} onClick={choice.submit}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
