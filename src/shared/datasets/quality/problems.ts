// What can be wrong with images of a dataset, as values that screens and the command line share; not finding it.
import type { SplitName } from '../dataset'

/** Kinds of problems, what spoils results most first. */
export const problemKinds = [
  'contradictions',
  'leaks',
  'labelErrors',
  'duplicates',
  'outliers',
  'dark',
  'bright',
  'lowContrast',
  'blurred',
  'oddSizes',
] as const
export type ProblemKind = (typeof problemKinds)[number]

/** An image with a problem, as calls that show and correct images name it. */
export interface FoundImage {
  readonly split: SplitName
  /** In its split. */
  readonly index: number
  /** In its split: what corrections take. */
  readonly name: string
  /** In the whole dataset. */
  readonly file: string
  readonly class: string
}

/** The same image several times. */
export interface GroupFigures {
  readonly form: 'group'
  /** Whether the contents are the same; else only what one sees. */
  readonly isExact: boolean
  /** Least correlation of a member with the first, 0 ... 1. */
  readonly likeness: number
}

/** A class that is given and one that is more probable. */
export interface LabelFigures {
  readonly form: 'label'
  /** Probability of the class that it has. */
  readonly given: number
  readonly suggested: string
  /** Probability of the suggested class. */
  readonly probability: number
}

/** A value that lies far from those of the other images. */
export interface ValueFigures {
  readonly form: 'value'
  readonly value: number
  /** The median over all images. */
  readonly usual: number
}

/** Width and height that few images have. */
export interface SizeFigures {
  readonly form: 'size'
  readonly width: number
  readonly height: number
  readonly usualWidth: number
  readonly usualHeight: number
}

/** One problem: the images that it is about, and why. */
export interface Problem {
  readonly kind: ProblemKind
  readonly images: readonly FoundImage[]
  readonly figures: GroupFigures | LabelFigures | ValueFigures | SizeFigures
  /** Whether it is held for one; others are the next in line. */
  readonly isLikely: boolean
}

/** What labels were checked by, and how far that can be trusted. */
export interface LabelCheck {
  readonly method: 'network' | 'networkAndColours'
  /** Share of images whose own class it finds most probable. */
  readonly accuracy: number
  /** Share of the largest class: what always the same answer would reach. */
  readonly baseline: number
  /** Images that were judged. */
  readonly judged: number
}

/** How much of the way from always the same answer to no mistake the check has gone: at most 1. */
export function skillOf({ accuracy, baseline }: LabelCheck): number {
  return (accuracy - baseline) / Math.max(1e-9, 1 - baseline)
}

/** With less skill than this there is nothing to doubt labels by. */
const leastSkill = 0.1

/** Whether the check knows enough of the classes to doubt labels. */
export function canDoubt(check: LabelCheck): boolean {
  return skillOf(check) >= leastSkill
}

/** Everything that was found in a dataset. */
export interface DatasetProblems {
  /** Of the dataset as it was, corrections included. */
  readonly fingerprint: string
  readonly foundAt: string
  readonly images: number
  readonly unreadable: number
  /** By kind in the order of the kinds, the worst of each first. */
  readonly problems: readonly Problem[]
  /** Left out where there was too little to learn from. */
  readonly labelCheck?: LabelCheck | undefined
  readonly elapsedMs: number
}
