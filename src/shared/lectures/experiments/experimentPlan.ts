// What an experiment is: a lecture's claim, the networks that test it and how the outcome is judged; not running it (main/trainer/experiments).
import type { ImageShape } from '../architectures/architecture'
import type { DatasetOptions } from '../../datasets/datasetOptions'
import type { TransformOptions } from '../../datasets/imageTransform'
import type { NetworkDocument } from '../../graph/document'
import type { Recipe } from '../../training/recipe'
import type { VariantResult, Verdict } from './results'

/** The images an experiment works on. */
export interface ExperimentData {
  readonly reference: string
  /** The form in which networks take them. */
  readonly input: ImageShape
  readonly classes: number
}

export interface ExperimentRequest {
  /** `quick` shows in seconds how it goes; only `full` is meant to be judged. */
  readonly size: 'full' | 'quick'
  /** Start of all random numbers: weights, order, augmentation. */
  readonly seed: number
  readonly data: ExperimentData
}

/** The test images once more, changed, through the network that was trained without that change. */
export interface Measure {
  readonly id: string
  readonly title: string
  readonly transform: TransformOptions
}

/** One network of an experiment, trained as a run of its own. */
export interface Variant {
  readonly id: string
  readonly title: string
  /** With its recipe and dataset, so that it opens in Design as it is trained here. */
  readonly document: NetworkDocument
  readonly recipe: Recipe
  readonly reference: string
  readonly options: DatasetOptions
  readonly measures: readonly Measure[]
  /** `table`: outputs of every row after each epoch are kept, and of two inputs a map of the plane. */
  readonly watch: 'curves' | 'table'
}

export interface Experiment {
  /** The name on the command line. */
  readonly id: string
  readonly title: string
  /** Where the claim is made: `Lecture 2, "Permuted pixels"`. */
  readonly lecture: string
  /** The claim as a sentence. */
  readonly claim: string
  /** What is trained and compared, in two or three sentences. */
  readonly method: string
  /** Built-in images that it uses where no others are given. */
  readonly data: ExperimentData
  /** Whether it can run on other images. */
  readonly takesData: boolean
  /** What the curves show; null where a table tells more. */
  readonly curve: 'trainError' | 'testError' | null
  /** The networks, in the order in which they are trained. */
  variants(request: ExperimentRequest): readonly Variant[]
  /** @param results all variants' results by id; every one is there */
  judge(results: ReadonlyMap<string, VariantResult>): Verdict
}
