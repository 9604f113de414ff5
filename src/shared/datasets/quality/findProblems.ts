// Everything that can be wrong with the images of a dataset, out of what each of them shows; not looking at them (main/datasets/quality).
import type { SplitName } from '../dataset'
import { doubtLabels } from './confidentLearning'
import { crossValidate, type CrossValidated } from './discriminant'
import { standardise, type FeatureTable } from './featureTable'
import type { ImageMeasures } from './measureImage'
import { findNeighbourDistances } from './neighbourDistances'
import { canDoubt, type FoundImage, type LabelCheck, type Problem, type ProblemKind } from './problems'
import { groupSimilar, type ImageLooks } from './similarImages'
import { findSpread } from './unusualValues'

/** One image, as far as it is named. */
export interface NamedImage {
  readonly split: SplitName
  /** In its split. */
  readonly index: number
  readonly name: string
  readonly file: string
  readonly label: number
  readonly width: number
  readonly height: number
}

/** What all readable images of a dataset show, row by row. */
export interface SeenImages {
  readonly images: readonly NamedImage[]
  readonly classes: readonly string[]
  readonly measures: readonly ImageMeasures[]
  readonly looks: ImageLooks
  /** The network's features first, then edges and colours; brought to one scale here. */
  readonly features: FeatureTable
  /** How many of the columns are the network's. */
  readonly networkColumns: number
}

export interface FoundProblems {
  readonly problems: readonly Problem[]
  readonly labelCheck?: LabelCheck
}

/** Labels are judged where there are at least so many images, and only those of classes that have at least so many. */
const leastImages = 20
const leastPerClass = 5
/** Beyond those that are held to be wrong, labels are ranked up to this share of the images. */
const rankedShare = 0.1
/** No more than this share of the images is held for outliers. */
const outlierShare = 0.01
/** An outlier's distance lies so many spreads above the usual one, on a logarithmic scale. */
const outlierSpreads = 4
/** So sharp, as a share of the usual, images are at most that are held for blurred; and so many spreads below it. */
const blurredShare = 0.15
const blurredSpreads = 3
/** Limits of brightness and contrast, 0 ... 1, and how much nearer to the limit than usual an image is. */
const darkest = 0.12
const brightest = 0.88
const leastContrast = 0.15
const relativeShare = 0.4
const dullSpreads = 2.5
/** Sizes and proportions that differ by more than these factors are odd. */
const oddScale = 4
const oddAspect = 2
/** Where so many images have one size, any other size is odd. */
const sameSizeShare = 0.95
/** More problems of one kind are not listed. */
const mostListed = 10_000

/** Turns rows into problems of one dataset. */
class ProblemFinder {
  constructor(private readonly seen: SeenImages) {}

  imageAt(row: number): FoundImage {
    const image = this.seen.images[row]
    if (!image) throw new RangeError(`image ${row} of ${this.seen.images.length}`)
    const { split, index, name, file, label } = image
    return { split, index, name, file, class: this.seen.classes[label] ?? String(label) }
  }

  /** Groups of the same image, and those of them that cross classes or splits. */
  findGroups(): Problem[] {
    const groups = groupSimilar(this.seen.looks).map(({ rows, isExact, likeness }) => ({
      images: rows.map((row) => this.imageAt(row)),
      figures: { form: 'group', isExact, likeness } as const,
      isLikely: true,
    }))
    const crossing = (key: 'class' | 'split') =>
      groups.filter(({ images }) => new Set(images.map((image) => image[key])).size > 1)
    const named = (kind: ProblemKind, some: typeof groups): Problem[] => some.map((group) => ({ kind, ...group }))
    return [
      ...named('contradictions', crossing('class')),
      ...named('leaks', crossing('split')),
      ...named('duplicates', groups),
    ]
  }

  findLabelErrors(): { problems: Problem[]; labelCheck?: LabelCheck } {
    const { images, classes, features, networkColumns } = this.seen
    const labels = images.map(({ label }) => label)
    const counts = classes.map((_, label) => labels.filter((each) => each === label).length)
    if (images.length < leastImages || counts.filter((count) => count >= leastPerClass).length < 2)
      return { problems: [] }
    const choices = [networkColumns, features.columns]
    const results = crossValidate(features, labels, classes.length, choices)
    const [network, all] = results
    const isPlain = all !== undefined && network !== undefined && all.loss < network.loss
    const chosen: CrossValidated | undefined = isPlain ? all : network
    if (!chosen) return { problems: [] }
    const labelCheck: LabelCheck = {
      method: isPlain ? 'networkAndColours' : 'network',
      accuracy: chosen.accuracy,
      baseline: Math.max(...counts) / images.length,
      judged: images.length,
    }
    if (!canDoubt(labelCheck)) return { problems: [], labelCheck }
    const isJudged = (row: number): boolean => (counts[labels[row] ?? 0] ?? 0) >= leastPerClass
    const { ranked, likely } = doubtLabels(chosen.probabilities, labels, classes.length, isJudged)
    const most = Math.min(mostListed, Math.max(likely, Math.ceil(rankedShare * images.length)))
    return {
      problems: ranked.slice(0, most).map(({ row, given, suggested, probability }, place) => ({
        kind: 'labelErrors',
        images: [this.imageAt(row)],
        figures: { form: 'label', given, suggested: classes[suggested] ?? String(suggested), probability },
        isLikely: place < likely,
      })),
      labelCheck,
    }
  }

  private values(kind: ProblemKind, values: ArrayLike<number>, usual: number, rows: readonly number[]): Problem[] {
    return rows.slice(0, mostListed).map((row) => ({
      kind,
      images: [this.imageAt(row)],
      figures: { form: 'value', value: values[row] ?? 0, usual },
      isLikely: true,
    }))
  }

  /** Images whose features lie far from those of all others. */
  findOutliers(): Problem[] {
    const { features, networkColumns } = this.seen
    if (features.rows < leastImages) return []
    const own = firstColumns(features, networkColumns)
    const distances = findNeighbourDistances(own)
    const logs = distances.map((distance) => Math.log(Math.max(1e-6, distance)))
    const { median, spread } = findSpread(logs)
    const limit = median + outlierSpreads * Math.max(spread, 0.05)
    const rows = rowsWhere(logs, (value) => value > limit).toSorted((a, b) => (logs[b] ?? 0) - (logs[a] ?? 0))
    const most = Math.max(3, Math.ceil(outlierShare * features.rows))
    return this.values('outliers', distances, Math.exp(median), rows.slice(0, most))
  }

  /** Too dark, too bright, too plain. */
  findDull(): Problem[] {
    const { measures } = this.seen
    const brightness = measures.map((each) => each.brightness)
    const contrast = measures.map((each) => each.contrast)
    const { median: usual, spread } = findSpread(brightness)
    const usualContrast = findSpread(contrast).median
    // Where images are dark anyway, as white digits on black are, a dark one is far from the others too.
    const far = dullSpreads * spread
    const darkLimit = Math.min(darkest, relativeShare * usual, usual - far)
    const brightLimit = Math.max(brightest, 1 - relativeShare * (1 - usual), usual + far)
    const dark = rowsWhere(brightness, (value) => value < darkLimit)
    const bright = rowsWhere(brightness, (value) => value > brightLimit)
    const plain = rowsWhere(contrast, (value) => value < leastContrast && value < relativeShare * usualContrast)
    const rising = (values: readonly number[]) => (a: number, b: number) => (values[a] ?? 0) - (values[b] ?? 0)
    return [
      ...this.values('dark', brightness, usual, dark.toSorted(rising(brightness))),
      ...this.values('bright', brightness, usual, bright.toSorted(rising(brightness)).toReversed()),
      ...this.values('lowContrast', contrast, usualContrast, plain.toSorted(rising(contrast))),
    ]
  }

  /** Images far less sharp than most, for as much contrast as they have. */
  findBlurred(): Problem[] {
    const { measures } = this.seen
    const sharpness = measures.map((each) => each.sharpness / (each.contrast * each.contrast + 0.01))
    const logs = sharpness.map((value) => Math.log(Math.max(1e-9, value)))
    const { median, spread } = findSpread(logs)
    const limit = median + Math.min(Math.log(blurredShare), -blurredSpreads * spread)
    const rows = rowsWhere(logs, (value, row) => value < limit && (measures[row]?.contrast ?? 0) >= leastContrast / 2)
    const sorted = rows.toSorted((a, b) => (logs[a] ?? 0) - (logs[b] ?? 0))
    return this.values('blurred', sharpness, Math.exp(median), sorted)
  }

  findOddSizes(): Problem[] {
    const { images } = this.seen
    const counts = new Map<string, number>()
    for (const { width, height } of images)
      counts.set(`${width}x${height}`, (counts.get(`${width}x${height}`) ?? 0) + 1)
    const [[common, most] = ['', 0]] = [...counts].toSorted((a, b) => b[1] - a[1])
    const isUniform = most >= sameSizeShare * images.length
    const usualWidth = Math.round(findSpread(images.map(({ width }) => width)).median)
    const usualHeight = Math.round(findSpread(images.map(({ height }) => height)).median)
    const aspects = images.map(({ width, height }) => Math.log(width / height))
    const scales = images.map(({ width, height }) => Math.log(width * height) / 2)
    const [aspect, scale] = [findSpread(aspects).median, findSpread(scales).median]
    const oddness = images.map(({ width, height }, row) => {
      const turned = Math.abs((aspects[row] ?? 0) - aspect) / Math.log(oddAspect)
      const grown = Math.abs((scales[row] ?? 0) - scale) / Math.log(oddScale)
      const other = isUniform && `${width}x${height}` !== common ? 1 + turned + grown : 0
      return Math.max(turned, grown, other)
    })
    const rows = rowsWhere(oddness, (value) => value > 1 + 1e-9 || (isUniform && value >= 1))
    return rows
      .toSorted((a, b) => (oddness[b] ?? 0) - (oddness[a] ?? 0))
      .slice(0, mostListed)
      .map((row) => ({
        kind: 'oddSizes',
        images: [this.imageAt(row)],
        figures: {
          form: 'size',
          width: images[row]?.width ?? 0,
          height: images[row]?.height ?? 0,
          usualWidth,
          usualHeight,
        },
        isLikely: true,
      }))
  }
}

function rowsWhere(values: ArrayLike<number>, isWanted: (value: number, row: number) => boolean): number[] {
  const rows: number[] = []
  for (let row = 0; row < values.length; row++) if (isWanted(values[row] ?? 0, row)) rows.push(row)
  return rows
}

function firstColumns({ rows, columns, values }: FeatureTable, wanted: number): FeatureTable {
  const kept = new Float32Array(rows * wanted)
  for (let row = 0; row < rows; row++) kept.set(values.subarray(row * columns, row * columns + wanted), row * wanted)
  return { rows, columns: wanted, values: kept }
}

/** Parts of the comparing, and about what share of its time each takes. */
const steps = ['groups', 'labels', 'outliers', 'values'] as const
const shares = { groups: 0.2, labels: 0.5, outliers: 0.28, values: 0.02 } as const

/**
 * Compares what all images show. The features are brought to one scale in place.
 * @param onStep told after each part what share of the comparing is done
 */
export async function findProblems(
  seen: SeenImages,
  onStep: (share: number) => Promise<void> = () => Promise.resolve(),
): Promise<FoundProblems> {
  const finder = new ProblemFinder(seen)
  if (seen.images.length === 0) return { problems: [] }
  const problems: Problem[] = []
  let labelCheck: LabelCheck | undefined
  let done = 0
  for (const step of steps) {
    switch (step) {
      case 'groups':
        problems.push(...finder.findGroups())
        break
      case 'labels': {
        standardise(seen.features)
        const found = finder.findLabelErrors()
        problems.push(...found.problems)
        labelCheck = found.labelCheck
        break
      }
      case 'outliers':
        problems.push(...finder.findOutliers())
        break
      case 'values':
        problems.push(...finder.findDull(), ...finder.findBlurred(), ...finder.findOddSizes())
        break
      default:
        step satisfies never
    }
    done += shares[step]
    await onStep(Math.min(1, done))
  }
  return { problems, ...(labelCheck && { labelCheck }) }
}
