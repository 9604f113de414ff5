// Chooses a file or folder of the core's machine in a dialog, where no desktop dialog is at hand; what is chosen: useFileChoice.ts.
import { printShort } from '../../../../shared/graph/printNumbers'
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
  IconFolderPlus,
  IconPhoto,
  IconTopologyStar3,
  IconVector,
  type Icon,
} from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { FileEntry } from '../../../../shared/contract/fileCalls'
import { messageOf } from '../../../kernel/core/client'
import { crumbsOf, fileNameOf } from '../../../kernel/dialogs/filePaths'
import { FailureText } from '../../../kernel/failures/FailureText'
import { Ago } from '../../../kernel/parts/Ago'
import { modes } from './browseModes'
import classes from './FileBrowser.module.css'
import { useFileChoice, type FileBrowserProps } from './useFileChoice'
import type { Listing } from './useListing'

const icons: Readonly<Record<FileEntry['kind'], Icon>> = {
  folder: IconFolder,
  document: IconTopologyStar3,
  onnx: IconVector,
  image: IconPhoto,
  file: IconFile,
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

/** The name of a new folder, which is made by Enter. */
function NewFolderField(props: { readonly onMake: (name: string) => Promise<void>; readonly onClose: () => void }) {
  const { onMake, onClose } = props
  const [name, setName] = useState('New folder')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])
  const [problem, setProblem] = useState<string | null>(null)
  const make = (): void => {
    onMake(name).then(onClose, (failure: unknown) => setProblem(messageOf(failure)))
  }
  return (
    <Group gap="sm" align="flex-start" wrap="nowrap">
      <TextInput
        aria-label="Name of the new folder"
        flex={1}
        // Escape puts the field away, not the dialog.
        data-mantine-stop-propagation="true"
        ref={field}
        value={name}
        error={problem}
        onChange={(event) => {
          setProblem(null)
          setName(event.currentTarget.value)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') make()
          if (event.key !== 'Escape') return
          event.stopPropagation()
          onClose()
        }}
      />
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      <Button disabled={name.trim() === ''} onClick={make}>
        Make folder
      </Button>
    </Group>
  )
}

function FolderBar(props: {
  readonly listing: Listing | null
  readonly roots: readonly string[]
  readonly onGo: (path: string) => void
  readonly onMakeFolder: (name: string) => Promise<void>
}) {
  const { listing, roots, onGo, onMakeFolder } = props
  const [isNaming, setNaming] = useState(false)
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
        <Button
          ml="auto"
          variant="default"
          leftSection={<IconFolderPlus size={14} aria-hidden />}
          disabled={listing === null || isNaming}
          onClick={() => setNaming(true)}
          className={classes.newFolder}
        >
          New folder
        </Button>
      </Group>
      {isNaming && <NewFolderField onMake={onMakeFolder} onClose={() => setNaming(false)} />}
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
  readonly problem: unknown
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
          <FailureText error={problem} />
        </Alert>
      )}
      <ScrollArea h="clamp(240px, 42vh, 560px)" className={classes.list} type="auto" aria-label="Files">
        {entries === null && problem === null && <Skeleton h={220} m="sm" />}
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

/** The dialog. @see choosePath */
export function FileBrowser(props: FileBrowserProps) {
  const { mode, onAnswer } = props
  const { title, action, empty } = modes[mode]
  const choice = useFileChoice(props)
  return (
    <Modal
      opened
      onClose={() => onAnswer(null)}
      title={title}
      size="clamp(680px, 50vw, 960px)"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="sm">
        <FolderBar listing={choice.listing} roots={choice.roots} onGo={choice.enter} onMakeFolder={choice.makeFolder} />
        <EntryList
          entries={choice.entries}
          problem={choice.problem}
          emptyText={empty}
          selected={choice.selected}
          onSelect={choice.choose}
          onOpen={choice.openEntry}
        />
        {choice.isSaving ? (
          <TextInput
            label="File name"
            data-autofocus
            value={choice.name}
            onChange={(event) => choice.setName(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Enter' && choice.submit()}
          />
        ) : (
          <TextInput
            label="Path"
            data-autofocus
            description="Chosen above, or typed or pasted here"
            spellCheck={false}
            value={choice.path}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => choice.setPath(event.currentTarget.value)}
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
