// Which images become train, val and test: from a dataset's own splits and what a person asked for; indices only.
import { NetloomError } from '../graph/errors'
import { RandomStream } from '../training/randomStream'
import { splitNames, type SplitName } from './dataset'
import { printCount } from '../graph/printNumbers'
import { limitStratified, takeStratified } from './split'

/** Part of a dataset as it lies on disk: a split of its own, or one heap of images (`pool`). */
export interface LabelPool {
  readonly name: SplitName | 'pool'
  /** Class of each image: [N]; -1 where it is left out. */
  readonly labels: Int32Array
  /** Their classes before they were corrected, by which splits are drawn: no correction moves another image. */
  readonly storedLabels?: Int32Array
  /** Splits that a person chose, by the place of the image in the pool. */
  readonly chosenSplits?: ReadonlyMap<number, SplitName>
}

export interface SplitOptions {
  /** Share of the training images for val, in [0, 1). Without own splits its default is 0.1 of the whole. */
  readonly valFraction?: number
  /** Share of the whole for test, in [0, 1), only where the dataset has no test split of its own; default 0.1. */
  readonly testFraction?: number
  /** Half-open range of indices, in file order, into the train pool or the only pool. */
  readonly trainRange?: readonly [number, number]
  /** Half-open range of indices, in file order, into the test pool or the only pool. */
  readonly testRange?: readonly [number, number]
  /** At most this many images per split, spread over the classes. */
  readonly limit?: number
  /** Seed of all random choices; default 1. */
  readonly seed?: number
  /** Leaves out every copy but the first, and all of them where they stand in two classes. */
  readonly leaveOutCopies?: boolean
  /** One pool without ranges is this split as a whole, instead of being split. */
  readonly wholeAs?: SplitName
}

export interface AssignedSplits {
  /** Indices into the concatenation of all pools, in file order; splits without images are left out. */
  readonly members: { readonly [Name in SplitName]?: Uint32Array }
  /** How the splits came about, as a sentence. */
  readonly rule: string
}

type Members = Partial<Record<SplitName, Uint32Array>>

interface Draft {
  readonly members: Members
  readonly rule: string[]
}

/** Labels of all images, and for each the first with the same content (undefined: there are no copies). */
interface Images {
  /** As they lie on disk. */
  readonly labels: Int32Array
  /** As they are corrected; -1: left out. */
  readonly corrected: Int32Array
  readonly chosen: ReadonlyMap<number, SplitName>
  readonly first: Int32Array | undefined
}

const defaultFraction = 0.1

function indices(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i)
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(2))}%`
}

function checkOptions(options: SplitOptions): void {
  for (const name of ['valFraction', 'testFraction'] as const) {
    const value = options[name]
    if (value !== undefined && !(value >= 0 && value < 1)) {
      throw new NetloomError('dataset.range', `The ${name.slice(0, -8)} fraction is ${value}.`, {
        expected: '[0, 1)',
        received: value,
        hint: 'Give a number from 0 up to, not including, 1.',
      })
    }
  }
  const { limit } = options
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1)) {
    throw new NetloomError('dataset.range', `The limit is ${limit}.`, { hint: 'Give a whole number of 1 or more.' })
  }
}

function sliceRange(members: Uint32Array, range: readonly [number, number], split: string, pool: string): Uint32Array {
  const [from, to] = range
  const whole = Number.isInteger(from) && Number.isInteger(to)
  if (!whole || from < 0 || to <= from || to > members.length) {
    throw new NetloomError(
      'dataset.range',
      `The ${split} range ${from}:${to} does not lie inside the ${printCount(members.length)} images of ${pool}.`,
      {
        expected: [0, members.length],
        received: [from, to],
        hint: `A range is FROM:TO with 0 <= FROM < TO <= ${members.length}; TO itself is left out.`,
      },
    )
  }
  return members.slice(from, to)
}

/**
 * For each image the first with the same content among those that are not left out.
 * @param first for each image the first with the same content among all
 */
export function leadersAmong(first: Int32Array, labels: Int32Array): Int32Array {
  const leaders = new Map<number, number>()
  return first.map((origin, index) => {
    if ((labels[index] ?? 0) < 0) return index
    const leader = leaders.get(origin)
    if (leader === undefined) leaders.set(origin, index)
    return leader ?? index
  })
}

/** Without every copy but the first, and without those whose copies have another class. */
function leaveOutCopies(members: Uint32Array, { corrected, first }: Images): Uint32Array {
  if (!first) return members
  const leaders = leadersAmong(first, corrected)
  const contradicted = new Set<number>()
  leaders.forEach((leader, index) => {
    if (corrected[leader] !== corrected[index]) contradicted.add(leader)
  })
  return members.filter((member) => leaders[member] === member && !contradicted.has(member))
}

interface Joined extends Omit<Images, 'first'> {
  readonly own: Members
  readonly only: Uint32Array | undefined
}

function joinPools(pools: readonly LabelPool[]): Joined {
  const total = pools.reduce((sum, pool) => sum + pool.labels.length, 0)
  const labels = new Int32Array(total)
  const corrected = new Int32Array(total)
  const chosen = new Map<number, SplitName>()
  const own: Members = {}
  let only: Uint32Array | undefined
  let offset = 0
  for (const pool of pools) {
    labels.set(pool.storedLabels ?? pool.labels, offset)
    corrected.set(pool.labels, offset)
    for (const [place, split] of pool.chosenSplits ?? []) chosen.set(offset + place, split)
    const members = indices(offset, offset + pool.labels.length)
    if (pool.name === 'pool') only = members
    else if (members.length > 0) own[pool.name] = Uint32Array.from([...(own[pool.name] ?? []), ...members])
    offset += pool.labels.length
  }
  return { labels, corrected, chosen, own, only }
}

/** Without images that are left out, and with those whose split was chosen by hand in it. */
function placeByHand({ members, rule }: Draft, { corrected, chosen }: Images): Draft {
  const placed: Partial<Record<SplitName, number[]>> = {}
  let moved = 0
  for (const name of splitNames) {
    for (const member of members[name] ?? []) {
      if ((corrected[member] ?? 0) < 0) continue
      const wanted = chosen.get(member) ?? name
      if (wanted !== name) moved++
      ;(placed[wanted] ??= []).push(member)
    }
  }
  const sorted: Members = {}
  for (const name of splitNames) {
    const list = placed[name]
    // Two ranges may share an image.
    if (list) sorted[name] = Uint32Array.from(new Set(list.sort((a, b) => a - b)))
  }
  return { members: sorted, rule: moved > 0 ? [...rule, `${printCount(moved)} of them placed by hand`] : rule }
}

/** One pool and no range: test first, then val from what is left, both by class; no val where one is given. */
function splitPool(
  { labels, first }: Images,
  pool: Uint32Array,
  options: SplitOptions,
  seed: number,
  hasVal: boolean,
): Draft {
  if (options.wholeAs) return { members: { [options.wholeAs]: pool }, rule: [`all images are ${options.wholeAs}`] }
  const testFraction = options.testFraction ?? defaultFraction
  const valFraction = options.valFraction ?? (hasVal ? 0 : defaultFraction)
  if (testFraction + valFraction >= 1) {
    const sum = percent(testFraction + valFraction)
    throw new NetloomError('dataset.range', `The val and test fractions together are ${sum} of the images.`, {
      hint: 'Leave something to train on.',
    })
  }
  const test = takeStratified(labels, pool, testFraction, new RandomStream(seed, 'test split'), first)
  const ofRest = valFraction / (1 - testFraction)
  const val = takeStratified(labels, test.left, ofRest, new RandomStream(seed, 'val split'), first)
  const shares = `${percent(1 - testFraction - valFraction)} train, ${percent(valFraction)} val, ${percent(testFraction)} test`
  return {
    members: { train: val.left, val: val.taken, test: test.taken },
    rule: [`split by class with seed ${seed}: ${shares}`],
  }
}

function rangesOfPool(pool: Uint32Array, options: SplitOptions): Draft {
  const { trainRange, testRange } = options
  const members: Members = {}
  const rule: string[] = []
  if (trainRange) {
    members.train = sliceRange(pool, trainRange, 'train', 'the dataset')
    rule.push(`train is ${trainRange.join(':')} of its ${printCount(pool.length)} images`)
  }
  if (testRange) {
    members.test = sliceRange(pool, testRange, 'test', 'the dataset')
    rule.push(`test is ${testRange.join(':')} of its ${printCount(pool.length)} images`)
  }
  if (trainRange && testRange) {
    const shared = Math.min(trainRange[1], testRange[1]) - Math.max(trainRange[0], testRange[0])
    if (shared > 0) rule.push(`the ranges share ${printCount(shared)} images`)
  }
  return { members, rule }
}

function rangesOfOwn(own: Members, options: SplitOptions): Draft {
  const members: Members = { ...own }
  const rule = [`splits of its own: ${splitNames.filter((name) => own[name]).join(', ')}`]
  for (const [name, range] of [
    ['train', options.trainRange],
    ['test', options.testRange],
  ] as const) {
    if (!range) continue
    members[name] = sliceRange(own[name] ?? new Uint32Array(0), range, name, `the ${name} split`)
    rule.push(`${name} is ${range.join(':')} of its ${own[name]?.length ?? 0} images`)
  }
  return { members, rule }
}

/** Takes val, and test where there is none of its own, from the training images when that was asked for. */
function takeFromTrain(
  { labels, first }: Images,
  draft: Draft,
  options: SplitOptions,
  seed: number,
  own: Members,
): Draft {
  const members: Members = { ...draft.members }
  const rule = [...draft.rule]
  const takeShare = (name: 'val' | 'test', fraction: number): void => {
    if (!members.train) return
    const choice = takeStratified(labels, members.train, fraction, new RandomStream(seed, `${name} split`), first)
    members.train = choice.left
    members[name] = choice.taken
    rule.push(`${name} is ${percent(fraction)} of train, by class with seed ${seed}`)
  }
  if (options.testFraction !== undefined && options.testFraction > 0) {
    if (own.test || options.testRange) {
      throw new NetloomError('dataset.range', 'A test fraction was asked for, but the dataset has a test split.', {
        hint: 'Leave the fraction out.',
      })
    }
    takeShare('test', options.testFraction)
  }
  if (options.valFraction !== undefined) {
    if (own.val) rule.push(`its own val split of ${printCount(own.val.length)} images is put aside`)
    delete members.val
    if (options.valFraction > 0) takeShare('val', options.valFraction)
  }
  return { members, rule }
}

/**
 * Assigns images to splits.
 *
 * One pool: the ranges where they are given (nothing else is used), otherwise test and val taken by class.
 * Own splits: those, cut by the ranges. A val split is taken from train only when `valFraction` is given.
 * Copies are never parted by a random choice, and left out where that is asked for. Corrections come last: they take
 * out, and put images that a person placed into their split, unless all images are to be one.
 * A lone split (only train or only test on disk) must come in as a `pool`; a `val` may stand beside it.
 * @param first for each image of all pools the first with the same content; left out: there are no copies
 * @throws NetloomError `dataset.range`
 */
export function assignSplits(
  pools: readonly LabelPool[],
  options: SplitOptions = {},
  first?: Int32Array,
): AssignedSplits {
  checkOptions(options)
  const seed = options.seed ?? 1
  const { own, only, ...joined } = joinPools(pools)
  const images = { ...joined, first }
  const hasRange = options.trainRange !== undefined || options.testRange !== undefined
  let draft: Draft
  if (only && !hasRange) draft = splitPool(images, only, options, seed, own.val !== undefined)
  else {
    const ranged = only ? rangesOfPool(only, options) : rangesOfOwn(own, options)
    draft = takeFromTrain(images, ranged, options, seed, own)
  }
  if (only && own.val && options.valFraction === undefined) {
    draft = { members: { ...draft.members, val: own.val }, rule: draft.rule }
  }
  const { limit, leaveOutCopies: isOnce = false } = options
  const limitAll = (all: Members): Members => {
    if (limit === undefined) return all
    const kept: Members = {}
    for (const name of splitNames) {
      const members = all[name]
      if (members) kept[name] = limitStratified(images.labels, members, limit, new RandomStream(seed, 'limit', name))
    }
    return kept
  }
  // Corrections come behind the limit, so that none brings another image in; copies are left out before it, as they always were.
  if (!isOnce) draft = { ...draft, members: limitAll(draft.members) }
  draft = placeByHand(draft, options.wholeAs && only ? { ...images, chosen: new Map() } : images)
  const members: Members = {}
  for (const name of splitNames) {
    const placed = draft.members[name]
    const all = placed && isOnce ? leaveOutCopies(placed, images) : placed
    if (all && all.length > 0) members[name] = isOnce ? limitAll({ [name]: all })[name] : all
  }
  const rule = [
    ...draft.rule,
    ...(options.leaveOutCopies ? ['copies are left out'] : []),
    ...(limit ? [`at most ${printCount(limit)} images per split, by class`] : []),
  ]
  const text = rule.join('; ')
  return { members, rule: `${text.charAt(0).toUpperCase()}${text.slice(1)}.` }
}
