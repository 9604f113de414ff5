// The window itself: a folder to begin with, then its classes beside what there is to say of them; keys and pastes of the whole window.
import { Button, Group, Modal, Text } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useEffect, useId, useState } from 'react'
import type { Collection } from '../../../shared/contract/collectionCalls'
import { whyNotUsable } from '../../../shared/datasets/collect/collectionAdvice'
import { isTyping } from '../../kernel/commands/commands'
import { FailureText } from '../../kernel/failures/FailureText'
import { HelpLink } from '../../kernel/parts/HelpLink'
import { Notice } from '../../kernel/parts/Notice'
import { uiStore } from '../../kernel/ui/uiStore'
import { chooseDataset, datasetStore, describeChosenAgain } from '../../session/dataset/datasetStore'
import { describeAgain } from '../../session/dataset/descriptions'
import { AddClass } from './AddClass'
import { BeginForm } from './BeginForm'
import { ClassCard } from './ClassCard'
import { CollectSide } from './CollectSide'
import { addGiven, closeCollect, collectStore, stopAdding, undoLast, useCollect } from './collectStore'
import { readTransfer } from './droppedFiles'
import styles from './collect.module.css'

function countsOf({ classes }: Collection) {
  return classes.map(({ name, images }) => ({ name, images: images.length }))
}

/** The document's dataset, read anew; the options that it has stay. */
async function takeAsDataset({ folder }: Collection): Promise<void> {
  const { noted } = datasetStore.getState()
  const isNoted = noted?.reference === folder || noted?.reference === `folder:${folder}`
  const chosen = isNoted ? { reference: noted.reference, options: noted.options } : { reference: folder, options: {} }
  closeCollect()
  uiStore.getState().setScreen('data')
  describeAgain(chosen)
  await chooseDataset(chosen)
}

/** Closes the window; the Data screen shows what the folder holds now. */
function leave(): void {
  const { collection } = collectStore.getState()
  const { chosen } = datasetStore.getState()
  closeCollect()
  if (collection && chosen?.reference.replace(/^folder:/, '') === collection.folder) describeChosenAgain()
}

function Progress() {
  const adding = useCollect((state) => state.adding)
  if (!adding || adding.total < 10) return null
  return (
    <Group gap={8} component="output" wrap="nowrap">
      <Text size="xs" c="dimmed" className={styles.numbers}>
        Adding {adding.done} of {adding.total}
      </Text>
      <Button size="compact-xs" variant="default" onClick={stopAdding}>
        Cancel
      </Button>
    </Group>
  )
}

function Actions({ collection }: { readonly collection: Collection }) {
  const past = useCollect((state) => state.past)
  const isAdding = useCollect((state) => state.adding !== null)
  const why = whyNotUsable(countsOf(collection))
  const reason = useId()
  const last = past.at(-1)
  return (
    <Group gap={8} wrap="nowrap" className={styles.actions}>
      <Progress />
      {why !== null && (
        <Text id={reason} size="xs" c="dimmed" className={styles.reason}>
          {why}
        </Text>
      )}
      <Button
        variant="default"
        leftSection={<IconArrowBackUp size={14} aria-hidden />}
        disabled={!last}
        title={last && `Undo: ${last.label} (Ctrl+Z)`}
        aria-label={last ? `Undo: ${last.label}` : 'Undo'}
        onClick={() => void undoLast()}
      >
        Undo
      </Button>
      <Button
        disabled={why !== null || isAdding}
        aria-describedby={why === null ? undefined : reason}
        onClick={() => void takeAsDataset(collection)}
      >
        Use this dataset
      </Button>
    </Group>
  )
}

function Messages() {
  const failure = useCollect((state) => state.failure)
  const refused = useCollect((state) => state.refused)
  const remark = useCollect((state) => state.remark)
  const put = collectStore.setState
  return (
    <div className={styles.messages} aria-live="polite">
      {failure !== null && (
        <Notice tone="error">
          <FailureText error={failure} ways={[{ label: 'Dismiss', run: () => put({ failure: null }) }]} />
        </Notice>
      )}
      {refused.length > 0 && (
        <Notice
          tone="warning"
          title={refused.length === 1 ? 'A file was not added' : `${refused.length} files were not added`}
        >
          <ul className={styles.refused}>
            {refused.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
          <Button size="compact-xs" variant="default" mt={4} onClick={() => put({ refused: [] })}>
            Dismiss
          </Button>
        </Notice>
      )}
      {remark !== null && <Notice tone="info">{remark}</Notice>}
    </div>
  )
}

function Workbench({ collection }: { readonly collection: Collection }) {
  const [dragged, setDragged] = useState<string | null>(null)
  return (
    <div className={styles.workbench}>
      <div className={styles.classes}>
        <Messages />
        {collection.classes.map((each, place) => (
          <ClassCard
            key={each.name}
            folder={collection.folder}
            name={each.name}
            images={each.images}
            place={place}
            last={collection.classes.length - 1}
            dragged={dragged}
            onDrag={setDragged}
          />
        ))}
        <AddClass isFirst={collection.classes.length === 0} />
      </div>
      <CollectSide collection={collection} />
    </div>
  )
}

/** A file in the clipboard goes to the class that had the focus last; text goes where it is pasted. */
function paste(event: ClipboardEvent): void {
  const { active, collection } = collectStore.getState()
  if (!collection || !event.clipboardData || event.clipboardData.files.length === 0) return
  event.preventDefault()
  // The screen behind takes pastes too.
  event.stopPropagation()
  if (active === null) {
    collectStore.setState({ remark: 'Add a class first: what is pasted goes into it.' })
    return
  }
  void readTransfer(event.clipboardData).then((given) => addGiven(active, given))
}

function undoByKey(event: KeyboardEvent): void {
  const isUndo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey
  if (!isUndo || isTyping(event.target)) return
  event.preventDefault()
  void undoLast()
}

/** Keys and pastes of the whole page, wherever the focus is, while the window is open. */
function useKeysAndPastes(): void {
  useEffect(() => {
    document.addEventListener('paste', paste, true)
    document.addEventListener('keydown', undoByKey, true)
    return () => {
      document.removeEventListener('paste', paste, true)
      document.removeEventListener('keydown', undoByKey, true)
    }
  }, [])
}

/** The window. */
export function CollectDialog() {
  useKeysAndPastes()
  const collection = useCollect((state) => state.collection)
  return (
    <Modal.Root opened fullScreen onClose={leave} classNames={{ content: styles.content }}>
      <Modal.Overlay />
      <Modal.Content onDragOver={(event) => event.preventDefault()} onDrop={(event) => event.preventDefault()}>
        <Modal.Header className={styles.header} role="presentation">
          <Modal.Title className={styles.title}>{collection ? collection.name : 'Make a dataset'}</Modal.Title>
          {collection && (
            <Text size="xs" c="dimmed" className={styles.path} title={collection.folder}>
              {collection.folder}
            </Text>
          )}
          <HelpLink topic="manual:making-a-dataset" subject="making a dataset" />
          {collection && <Actions collection={collection} />}
          <Modal.CloseButton aria-label="Close" ml={collection ? 0 : 'auto'} />
        </Modal.Header>
        <Modal.Body className={styles.body}>
          {collection ? <Workbench collection={collection} /> : <BeginForm />}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
