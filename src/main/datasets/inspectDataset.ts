// The long look at a dataset for `netloom data`: sizes, damage and duplicates of every image.
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type {
  Contradiction,
  DatasetDescription,
  SplitName,
  SplitSummary,
  UnreadableFile,
} from '../../shared/datasets/dataset'
import { findLookalikes } from '../../shared/datasets/lookalikes'
import { NetloomError } from '../../shared/graph/errors'
import { isFileFailure } from '../files/fileErrors'
import { inspectImageFile } from './decodeImage'
import { absoluteReference } from './datasetReference'
import { LookMemory, type FileLook } from './lookMemory'
import { forEachAtOnce } from '../process/parallel'
import type { SplitImages } from './splitImages'
import type { WatchOptions } from './watchOptions'

interface Finding {
  readonly digest: string
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  /** What one sees of it, of files. */
  readonly print?: Uint8Array
}

function digest(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('base64')
}

/** Looks at a file, or remembers what it showed. */
async function lookAtFile(path: string, memory: LookMemory, signal: AbortSignal | undefined): Promise<FileLook> {
  const state = await stat(path).then(
    ({ size, mtimeMs }) => ({ path, sizeBytes: size, changedMs: mtimeMs }),
    () => undefined,
  )
  const known = state && memory.find(state)
  if (known) return known
  const look = await inspectImageFile(path, signal).catch((error: unknown): FileLook => {
    // Why a file cannot be read may change without it; what its bytes show does not.
    if (error instanceof NetloomError && isFileFailure(error.cause)) throw error
    return { reason: unreadableReason(error) }
  })
  if (state) memory.keep(state, look)
  return look
}

/** The reason why an image is unreadable; any other error is thrown on. */
function unreadableReason(error: unknown): string {
  if (error instanceof NetloomError && error.code === 'dataset.unreadable') return error.message
  throw error
}

async function inspectOne(
  split: SplitImages,
  index: number,
  memory: LookMemory,
  signal: AbortSignal | undefined,
): Promise<Finding | { readonly reason: string }> {
  const image = split.locate(index)
  if (image.form === 'array') return { digest: digest(image.pixels), ...image.extents }
  try {
    return await lookAtFile(image.path, memory, signal)
  } catch (error) {
    return { reason: unreadableReason(error) }
  }
}

type Findings = ReadonlyMap<SplitName, readonly (Finding | { readonly reason: string })[]>

async function inspectAll(
  splits: ReadonlyMap<SplitName, SplitImages>,
  watch: WatchOptions,
  memory: LookMemory,
): Promise<Findings> {
  const total = [...splits.values()].reduce((sum, split) => sum + split.count, 0)
  let done = 0
  const findings = new Map<SplitName, (Finding | { reason: string })[]>()
  for (const [name, split] of splits) {
    const list: (Finding | { reason: string })[] = Array.from({ length: split.count })
    findings.set(name, list)
    await forEachAtOnce(split.count, watch.signal, async (index) => {
      list[index] = await inspectOne(split, index, memory, watch.signal)
      done++
      if (done % 256 === 0) await nextTurn()
      if (done % 64 === 0 || done === total) watch.onProgress?.({ activity: 'checking', done, total })
    })
  }
  return findings
}

/** Images with the same bytes, or that look the same, in different classes. */
function findContradictions(
  splits: ReadonlyMap<SplitName, SplitImages>,
  findings: Findings,
  classes: readonly string[],
): Contradiction[] {
  const images: { file: string; label: number; digest: string; print?: Uint8Array }[] = []
  for (const [name, list] of findings)
    for (const [index, finding] of list.entries()) {
      const split = splits.get(name)
      if (!split || !('digest' in finding)) continue
      const { digest, print } = finding
      images.push({ file: split.fileAt(index), label: split.labels[index] ?? 0, digest, print })
    }
  const byDigest = new Map<string, (typeof images)[number][]>()
  for (const image of images) {
    const group = byDigest.get(image.digest)
    if (group) group.push(image)
    else byDigest.set(image.digest, [image])
  }
  const exact = [...byDigest.values()].filter((group) => new Set(group.map(({ label }) => label)).size > 1)
  const [printed, prints] = [images.filter(({ print }) => print), images.flatMap(({ print }) => print ?? [])]
  const isOther = (a: number, b: number): boolean =>
    printed[a]?.label !== printed[b]?.label && printed[a]?.digest !== printed[b]?.digest
  const near = findLookalikes(prints, isOther).map((pair) => pair.flatMap((at) => printed[at] ?? []))
  const show = (group: readonly (typeof images)[number][], isExact: boolean): Contradiction => ({
    isExact,
    images: group.map(({ file, label }) => ({ file, class: classes[label] ?? String(label) })),
  })
  return [...exact.map((group) => show(group, true)), ...near.map((group) => show(group, false))]
}

/** Groups of names with the same bytes that lie in more than one split. */
function findDuplicates(splits: ReadonlyMap<SplitName, SplitImages>, findings: Findings): string[][] {
  const groups = new Map<string, { splits: Set<SplitName>; files: string[] }>()
  for (const [name, list] of findings) {
    for (const [index, finding] of list.entries()) {
      if (!('digest' in finding)) continue
      const group = groups.get(finding.digest) ?? { splits: new Set(), files: [] }
      group.splits.add(name)
      group.files.push(splits.get(name)?.fileAt(index) ?? '')
      groups.set(finding.digest, group)
    }
  }
  return [...groups.values()].filter((group) => group.splits.size > 1).map((group) => group.files)
}

function countSizes(findings: Findings): DatasetDescription['sizes'] {
  const sizes = new Map<string, { width: number; height: number; count: number }>()
  for (const list of findings.values()) {
    for (const finding of list) {
      if (!('digest' in finding)) continue
      const { width, height } = finding
      const key = `${width}x${height}`
      sizes.set(key, { width, height, count: (sizes.get(key)?.count ?? 0) + 1 })
    }
  }
  return [...sizes.values()].toSorted((a, b) => b.count - a.count || a.width - b.width || a.height - b.height)
}

/**
 * Reads and decodes every image; a file that is as it was at an earlier look is remembered.
 * @param kept images that a person found right: what was found of them alone is not told again
 * @returns the description with sizes, unreadable files (left out of the counts), contradicting labels, duplicates across
 *   splits, channels
 */
export async function inspectDataset(
  description: DatasetDescription,
  splits: ReadonlyMap<SplitName, SplitImages>,
  watch: WatchOptions = {},
  kept: ReadonlySet<string> = new Set(),
): Promise<DatasetDescription> {
  const isOfFiles = ['folder', 'csv'].includes(description.kind)
  const total = [...splits.values()].reduce((sum, split) => sum + split.count, 0)
  const memory = await LookMemory.open(absoluteReference(description.reference, process.cwd()), isOfFiles ? total : 0)
  // Also a look that was ended is remembered as far as it came.
  const findings = await inspectAll(splits, watch, memory).finally(() => memory.save())
  const unreadable: UnreadableFile[] = [...description.unreadable]
  const summaries: { [Name in SplitName]?: SplitSummary } = {}
  let channels: 1 | 3 = 1
  for (const [name, split] of splits) {
    const perClass = description.classes.map(() => 0)
    let count = 0
    for (const [index, finding] of (findings.get(name) ?? []).entries()) {
      if ('reason' in finding) {
        unreadable.push({ file: split.fileAt(index), reason: finding.reason })
        continue
      }
      if (finding.channels === 3) channels = 3
      const label = split.labels[index] ?? 0
      perClass[label] = (perClass[label] ?? 0) + 1
      count++
    }
    summaries[name] = { count, perClass }
  }
  return {
    ...description,
    channels,
    splits: summaries,
    sizes: countSizes(findings),
    unreadable,
    contradictions: findContradictions(splits, findings, description.classes).filter(
      ({ images }) => !images.every(({ file }) => kept.has(file)),
    ),
    duplicatesAcrossSplits: findDuplicates(splits, findings).filter((files) => !files.every((file) => kept.has(file))),
  }
}
