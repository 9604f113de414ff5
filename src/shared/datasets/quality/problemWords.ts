// Problems of a dataset in words: what a kind is called, why one was found, and how far the check of labels can be trusted.
import { countOf, printShare } from '../../graph/printNumbers'
import { canDoubt, skillOf, type LabelCheck, type Problem, type ProblemKind } from './problems'

export interface KindWords {
  readonly title: string
  /** What it does to training, and what there is to do. */
  readonly why: string
}

/** What kinds are called, and why they matter. */
export const problemWords: { readonly [Kind in ProblemKind]: KindWords } = {
  contradictions: {
    title: 'Contradicting labels',
    why: 'The same image stands in several classes, so at least one label is wrong: the network is taught both.',
  },
  leaks: {
    title: 'Same image, several splits',
    why: 'The network is tested on images that it was trained on, so results look better than they are.',
  },
  labelErrors: {
    title: 'Probably wrong labels',
    why: 'Classifiers that have not seen the image find another class more probable. The least probable label comes first.',
  },
  duplicates: {
    title: 'Same image several times',
    why: 'Copies, also those that were stored anew, resized or made a little lighter, count several times in training.',
  },
  outliers: {
    title: 'Unlike all others',
    why: 'Nothing else in the dataset looks like them: often images that got there by mistake.',
  },
  dark: { title: 'Too dark', why: 'Hardly anything can be seen, far less than in the usual image here.' },
  bright: { title: 'Too bright', why: 'Nearly all of it is white, far more than in the usual image here.' },
  lowContrast: { title: 'Hardly any contrast', why: 'Light and dark differ little: often fog, or nothing at all.' },
  blurred: { title: 'Blurred', why: 'Edges are far softer than in the usual image here.' },
  oddSizes: {
    title: 'Odd sizes',
    why: 'Of unusual size or proportions: brought to the size of the network they are cut or stretched most.',
  },
}

function printTimes(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1)
}

/** The figure for which one problem was found. */
export function explainProblem({ kind, images, figures }: Problem): string {
  switch (figures.form) {
    case 'group': {
      const many = countOf(images.length, 'image')
      return figures.isExact
        ? `${many}, the same content`
        : `${many} that look the same (likeness ${Math.min(0.999, figures.likeness).toFixed(3)} of 1)`
    }
    case 'label':
      return `${images[0]?.class ?? ''} ${printShare(figures.given)}, ${figures.suggested} ${printShare(figures.probability)}`
    case 'value':
      return explainValue(kind, figures.value, figures.usual)
    case 'size':
      return `${figures.width}x${figures.height}; usual ${figures.usualWidth}x${figures.usualHeight}`
    default:
      return figures satisfies never
  }
}

function explainValue(kind: ProblemKind, value: number, usual: number): string {
  if (kind === 'dark' || kind === 'bright') return `brightness ${printShare(value)}; usual ${printShare(usual)}`
  if (kind === 'lowContrast') return `contrast ${printShare(value)}; usual ${printShare(usual)}`
  if (kind === 'blurred') return `sharpness ${printTimes(usual / Math.max(1e-9, value))} times below the usual`
  return `${printTimes(value / Math.max(1e-9, usual))} times as far from its neighbours as usual`
}

/** Skills of the check below which it is told that many doubts are unfounded. */
const weakSkill = 0.5

/** What labels were checked by, and how far that can be trusted. */
export function describeLabelCheck(check: LabelCheck | undefined): string {
  if (!check) return 'Labels were not checked: there are too few images, or too few of each class, to learn from.'
  const { method, accuracy, baseline } = check
  const by =
    method === 'network'
      ? 'features of a small network trained on CIFAR-10 photos, on the image made 32x32 pixels'
      : 'features of a small network trained on CIFAR-10 photos together with edges and colours, on the image made 32x32 pixels'
  const trust = !canDoubt(check)
    ? ' That is no better than guessing, so no label is doubted: what tells these classes apart is beyond the check.'
    : skillOf(check) < weakSkill
      ? ' That is little: many of the labels that it doubts are right, and what needs finer detail to tell is beyond it.'
      : ''
  return `Labels were checked by ${by}. It finds the given class most probable for ${printShare(accuracy)} of images that it has not seen (always the same answer: ${printShare(baseline)}).${trust}`
}

/** The number of problems of a kind that are held for some, and of those that are next in line. */
export function countProblems(problems: readonly Problem[], kind: ProblemKind): { likely: number; listed: number } {
  const own = problems.filter((problem) => problem.kind === kind)
  return { likely: own.filter(({ isLikely }) => isLikely).length, listed: own.length }
}
