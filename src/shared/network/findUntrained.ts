// The layers of a document that no training would reach, as every door says them before it begins; not finding them (gradientBarriers.ts).
import type { NetworkDocument } from '../graph/document'
import type { Issue } from '../graph/errors'
import { inferDocument } from './inferDocument'

/** The warnings of code `autodiff.noGradient`: each names an operator and the layers before it that keep their weights. */
export function findUntrained(document: NetworkDocument): readonly Issue[] {
  return inferDocument(document).issues.filter(
    ({ code, level }) => code === 'autodiff.noGradient' && level === 'warning',
  )
}
