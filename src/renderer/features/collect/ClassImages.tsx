// The images of a class, the newest first: looked at, selected and removed by mouse and keys; drawn a few at a time.
import { Button, CloseButton, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type KeyboardEvent } from 'react'
import { printCount } from '../../../shared/graph/printNumbers'
import { imageUrl } from '../../kernel/images/ImageTile'
import { removeImages } from './collectStore'
import { loadThumbnail } from './thumbnails'
import styles from './collect.module.css'

const firstShown = 60
const moreShown = 240
const keptMs = 60_000

function Thumb(props: { readonly folder: string; readonly className: string; readonly file: string }) {
  const { folder, className, file } = props
  const { data, isPending } = useQuery({
    queryKey: ['collections.thumbnail', folder, className, file] as const,
    gcTime: keptMs,
    queryFn: () => loadThumbnail(folder, className, file),
  })
  if (isPending) return <span className={styles.pending} />
  if (!data) return <span className={styles.broken}>Cannot be read</span>
  return <img src={imageUrl(data)} alt="" draggable={false} />
}

/** Which images are selected, and the one that arrow keys start from. */
interface Choice {
  readonly files: ReadonlySet<string>
  readonly current: string | null
}

const none: Choice = { files: new Set(), current: null }

/** What a click or an arrow key makes of a choice. */
function choose(shown: readonly string[], { files, current }: Choice, file: string, isRange: boolean): Choice {
  if (!isRange || current === null) {
    const next = new Set(files)
    if (!next.delete(file)) next.add(file)
    return { files: next, current: file }
  }
  const [from, to] = [shown.indexOf(current), shown.indexOf(file)].sort((a, b) => a - b)
  return { files: new Set([...files, ...shown.slice(from, (to ?? 0) + 1)]), current: file }
}

/** Where a key leads among `count` images; undefined for other keys. */
function placeByKey(key: string, at: number, count: number): number | undefined {
  const places: Readonly<Record<string, number>> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: count - 1 }
  const place = places[key]
  return place === undefined ? undefined : Math.max(0, Math.min(count - 1, place))
}

/** @param from anything in the same class */
function focusImage(from: HTMLElement, file: string): void {
  from
    .closest('section')
    ?.querySelector<HTMLElement>(`[data-file="${CSS.escape(file)}"]`)
    ?.focus()
}

/** The list. */
export function ClassImages(props: {
  readonly folder: string
  readonly name: string
  readonly images: readonly string[]
}) {
  const { folder, name, images } = props
  const [limit, setLimit] = useState(firstShown)
  const [choice, setChoice] = useState(none)
  const shown = images.toReversed().slice(0, limit)
  const selected = shown.filter((file) => choice.files.has(file))
  const current = choice.current !== null && shown.includes(choice.current) ? choice.current : (shown[0] ?? null)
  const remove = (files: readonly string[], from: HTMLElement): void => {
    const at = shown.indexOf(files[0] ?? '')
    const rest = shown.filter((file) => !files.includes(file))
    const next = rest[Math.min(at, rest.length - 1)] ?? null
    setChoice({ files: new Set(), current: next })
    // What had the focus goes, and keys must still arrive somewhere.
    if (next !== null) focusImage(from, next)
    else from.closest('section')?.querySelector('button')?.focus()
    void removeImages(name, files)
  }
  const byKey = (event: KeyboardEvent<HTMLElement>, file: string): void => {
    const at = shown.indexOf(file)
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault()
      remove(selected.length > 0 ? selected : [file], event.currentTarget)
      return
    }
    const to = event.altKey ? undefined : placeByKey(event.key, at, shown.length)
    const next = to === undefined ? undefined : shown[to]
    if (next === undefined) return
    event.preventDefault()
    setChoice(event.shiftKey ? choose(shown, { ...choice, current: file }, next, true) : { ...choice, current: next })
    focusImage(event.currentTarget, next)
  }
  if (images.length === 0)
    return (
      <div className={styles.noImages}>
        <Text size="xs" c="dimmed">
          Drop images or a folder here, or paste them.
        </Text>
      </div>
    )
  return (
    <div className={styles.images}>
      <ul className={styles.thumbs} aria-label={`Images of ${name}`}>
        {shown.map((file) => (
          <li key={file} className={styles.thumb}>
            <button
              type="button"
              data-file={file}
              aria-pressed={choice.files.has(file)}
              aria-label={file}
              title={file}
              tabIndex={file === current ? 0 : -1}
              onClick={(event) => setChoice(choose(shown, choice, file, event.shiftKey))}
              onKeyDown={(event) => byKey(event, file)}
            >
              <Thumb folder={folder} className={name} file={file} />
            </button>
            <CloseButton
              size={18}
              iconSize={12}
              className={styles.thumbRemove}
              tabIndex={-1}
              aria-label={`Remove ${file}`}
              onClick={(event) => remove([file], event.currentTarget)}
            />
          </li>
        ))}
      </ul>
      <Group gap={8}>
        {selected.length > 0 && (
          <Button size="compact-xs" variant="default" onClick={(event) => remove(selected, event.currentTarget)}>
            Remove {printCount(selected.length)} selected
          </Button>
        )}
        {images.length > shown.length && (
          <Button size="compact-xs" variant="subtle" onClick={() => setLimit(limit + moreShown)}>
            Show more of {printCount(images.length)}
          </Button>
        )}
      </Group>
    </div>
  )
}
