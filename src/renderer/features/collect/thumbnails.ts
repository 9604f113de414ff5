// Small images of classes, those that are asked for at nearly the same time in one call; not keeping them.
import { client } from '../../kernel/core/client'

/** Width and height of what is drawn, at most. */
const thumbSize = 128
/** Calls gather for this long. */
const gatherMs = 20
const mostPerCall = 60

interface Wanted {
  readonly file: string
  readonly resolve: (png: string | null) => void
  readonly reject: (error: unknown) => void
}

const waiting = new Map<string, { readonly folder: string; readonly className: string; readonly wanted: Wanted[] }>()

async function draw(folder: string, className: string, wanted: readonly Wanted[]): Promise<void> {
  const files = wanted.map(({ file }) => file)
  try {
    const drawn = await client.collections.thumbnails({ folder, class: className, files, size: thumbSize })
    for (const [index, { resolve }] of wanted.entries()) resolve(drawn[index]?.png ?? null)
  } catch (error) {
    for (const { reject } of wanted) reject(error)
  }
}

async function drawWaiting(): Promise<void> {
  const groups = [...waiting.values()]
  waiting.clear()
  for (const { folder, className, wanted } of groups)
    for (let from = 0; from < wanted.length; from += mostPerCall)
      await draw(folder, className, wanted.slice(from, from + mostPerCall))
}

/** One image, base64; null where it cannot be read. */
export function loadThumbnail(folder: string, className: string, file: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    if (waiting.size === 0) setTimeout(() => void drawWaiting(), gatherMs)
    const key = `${folder}\n${className}`
    const group = waiting.get(key) ?? { folder, className, wanted: [] }
    group.wanted.push({ file, resolve, reject })
    waiting.set(key, group)
  })
}
