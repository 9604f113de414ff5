// One class: its name, where its images come from, and the images; moved and renamed by mouse and keys.
import { ActionIcon, Button, FileButton, Group, TextInput, Tooltip } from '@mantine/core'
import {
  IconArrowDown,
  IconArrowUp,
  IconFolder,
  IconGripVertical,
  IconPhotoPlus,
  IconTrash,
  IconVideo,
} from '@tabler/icons-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { countOf } from '../../../shared/graph/printNumbers'
import { ClassImages } from './ClassImages'
import { addGiven, collectStore, moveClass, removeClass, renameClass, useCollect } from './collectStore'
import { readChosen } from './droppedFiles'
import { DropPlace } from './DropPlace'
import { WebcamSource } from './WebcamSource'
import styles from './collect.module.css'

export interface ClassCardProps {
  readonly folder: string
  readonly name: string
  readonly images: readonly string[]
  /** Among the classes, from 0; `last` is that of the last one. */
  readonly place: number
  readonly last: number
  /** The class that is being dragged. */
  readonly dragged: string | null
  readonly onDrag: (name: string | null) => void
}

/** Escape in a field takes back what was typed, and does not close the window. */
const keepsEscape = { 'data-mantine-stop-propagation': true }

function NameField({ name }: { readonly name: string }) {
  const [draft, setDraft] = useState(name)
  const commit = (): void => {
    if (draft.trim() === '' || draft === name) setDraft(name)
    else void renameClass(name, draft).then((isDone) => !isDone && setDraft(name))
  }
  return (
    <TextInput
      {...keepsEscape}
      aria-label={`Name of the class ${name}`}
      variant="unstyled"
      classNames={{ input: styles.name }}
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key !== 'Escape') return
        event.stopPropagation()
        setDraft(name)
      }}
    />
  )
}

function Head({ name, images, place, last, onDrag }: ClassCardProps) {
  return (
    <div className={styles.cardHead}>
      <span
        className={styles.grip}
        draggable
        aria-hidden
        title="Drag to another place"
        onDragStart={(event) => {
          event.dataTransfer.setData('text/plain', name)
          event.dataTransfer.effectAllowed = 'move'
          onDrag(name)
        }}
        onDragEnd={() => onDrag(null)}
      >
        <IconGripVertical size={14} />
      </span>
      <NameField key={name} name={name} />
      <span className={styles.count}>{countOf(images.length, 'image')}</span>
      <Group gap={2} ml="auto" wrap="nowrap">
        <Tooltip label="Move up (Alt+Up)">
          <ActionIcon
            variant="subtle"
            className="nl-icon-button"
            aria-label={`Move ${name} up`}
            disabled={place === 0}
            onClick={() => void moveClass(name, place - 1)}
          >
            <IconArrowUp size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Move down (Alt+Down)">
          <ActionIcon
            variant="subtle"
            className="nl-icon-button"
            aria-label={`Move ${name} down`}
            disabled={place === last}
            onClick={() => void moveClass(name, place + 1)}
          >
            <IconArrowDown size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Remove the class and its images; Undo brings them back">
          <ActionIcon
            variant="subtle"
            className="nl-icon-button"
            aria-label={`Remove the class ${name}`}
            onClick={() => void removeClass(name)}
          >
            <IconTrash size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
    </div>
  )
}

function Sources({ name }: { readonly name: string }) {
  const folder = useRef<HTMLInputElement>(null)
  const isFilming = useCollect((state) => state.filming === name)
  return (
    <div className={styles.sources}>
      <FileButton
        multiple
        accept="image/*,.tif,.tiff,.ppm,.pgm,.pbm,.pnm"
        inputProps={{ 'aria-label': `Images for ${name}` }}
        onChange={(files) => addGiven(name, { files: files.map((file) => ({ file, path: file.name })), passedOver: 0 })}
      >
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconPhotoPlus size={14} aria-hidden />}>
            Choose images
          </Button>
        )}
      </FileButton>
      <input
        ref={folder}
        type="file"
        hidden
        aria-label={`Folder for ${name}`}
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          const { files } = event.currentTarget
          if (files) addGiven(name, readChosen(files))
          event.currentTarget.value = ''
        }}
      />
      <Button
        variant="default"
        leftSection={<IconFolder size={14} aria-hidden />}
        onClick={() => folder.current?.click()}
      >
        Choose a folder
      </Button>
      <Button
        variant={isFilming ? 'light' : 'default'}
        aria-pressed={isFilming}
        leftSection={<IconVideo size={14} aria-hidden />}
        onClick={() => collectStore.setState({ filming: isFilming ? null : name, active: name })}
      >
        Webcam
      </Button>
    </div>
  )
}

/** The class, which takes drops and, while it had the focus last, pastes. */
export function ClassCard(props: ClassCardProps) {
  const { folder, name, images, place, dragged, onDrag } = props
  const isActive = useCollect((state) => state.active === name)
  const isFilming = useCollect((state) => state.filming === name)
  const moveByKey = (event: KeyboardEvent): void => {
    const step = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined
    if (step === undefined) return
    event.preventDefault()
    void moveClass(name, place + step)
  }
  return (
    <DropPlace
      className={styles.card}
      label={name}
      isActive={isActive}
      onGiven={(given) => {
        collectStore.setState({ active: name })
        addGiven(name, given)
      }}
      onFocus={() => collectStore.setState({ active: name })}
      onKeyDown={moveByKey}
      onOther={(_event, isDrop) => {
        if (dragged === null || dragged === name) return false
        if (isDrop) {
          void moveClass(dragged, place)
          onDrag(null)
        }
        return true
      }}
    >
      <Head {...props} />
      <div className={styles.cardBody}>
        <div className={styles.from}>
          <Sources name={name} />
          {isFilming && <WebcamSource className={name} />}
        </div>
        <ClassImages folder={folder} name={name} images={images} />
      </div>
    </DropPlace>
  )
}
