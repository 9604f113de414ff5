// The edit that makes a network fit a dataset: as many outputs as classes, and their names; not whether it must (classes.ts).
import { setClassCount } from '../../../shared/network/classCount'
import type { DatasetReference, NetworkDocument } from '../../../shared/graph/document'
import type { Edit } from '../../../shared/graph/edits'

/**
 * Gives the network one output per class and the names of the classes.
 * @throws NetloomError as `setClassCount`: the first error of the document, or `dataset.classes` where no layer decides
 */
export function classCountEdit(document: NetworkDocument, classes: readonly string[]): Edit {
  const changed = setClassCount(document, classes.length)
  const edits = changed.nodes.flatMap((node, index): Edit[] =>
    node === document.nodes[index] ? [] : [{ type: 'setParams', id: node.id, params: node.params }],
  )
  return { type: 'batch', edits: [...edits, { type: 'setClasses', classes }] }
}

/** The edit that notes a dataset and its classes in the document; null where they are noted already. */
export function datasetEdit(
  document: NetworkDocument,
  dataset: DatasetReference,
  classes: readonly string[],
): Edit | null {
  const edits: Edit[] = []
  if (JSON.stringify(document.dataset) !== JSON.stringify(dataset)) edits.push({ type: 'setDataset', dataset })
  const isSame =
    document.classes?.length === classes.length && classes.every((name, index) => document.classes?.[index] === name)
  if (!isSame) edits.push({ type: 'setClasses', classes })
  return edits.length === 0 ? null : { type: 'batch', edits }
}
