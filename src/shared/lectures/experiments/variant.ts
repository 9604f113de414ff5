// Makes the variants of experiments: a network with its recipe and its images in one document; not the networks.
import type { DatasetOptions } from '../../datasets/datasetOptions'
import { printDatasetChoice } from '../../datasets/documentDataset'
import type { NetworkDocument } from '../../graph/document'
import { recipeSchema, type RecipeInput } from '../../training/recipe'
import type { ExperimentRequest, Measure, Variant } from './experimentPlan'

export interface VariantParts {
  readonly id: string
  readonly title: string
  readonly network: NetworkDocument
  readonly recipe: RecipeInput
  readonly options?: DatasetOptions
  /** Left out: the experiment's images. */
  readonly reference?: string
  readonly measures?: readonly Measure[]
  readonly watch?: Variant['watch']
}

/** Puts a variant together; all random choices start from the request's seed. */
export function makeVariant(request: ExperimentRequest, parts: VariantParts): Variant {
  const { id, title, network, measures = [], watch = 'curves' } = parts
  const recipe = recipeSchema.parse({ ...parts.recipe, seed: request.seed })
  const reference = parts.reference ?? request.data.reference
  const options = { ...parts.options, seed: request.seed }
  const dataset = printDatasetChoice({ reference, options, resize: 'stretch' })
  return {
    id,
    title,
    document: { ...network, name: title, recipe, dataset },
    recipe,
    reference,
    options,
    measures,
    watch,
  }
}

/** `full` or `quick`, by the request's size. */
export function bySize<T>({ size }: ExperimentRequest, full: T, quick: T): T {
  return size === 'full' ? full : quick
}
