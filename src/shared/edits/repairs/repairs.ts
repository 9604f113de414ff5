// One-click repairs of issues as edits that were tried before they are offered; not how they are found (repairs/).
import type { NetworkDocument } from '../../graph/document'
import { applyEdit, type Edit } from '../../graph/edits'
import type { Issue } from '../../graph/errors'
import { checkDocument } from '../../network/checkDocument'
import { checkClasses } from '../../network/classCount'
import { findClassRepairs } from './classRepairs'
import { readClassCount, type Repair, type RepairFacts, type Repairers } from './repair'
import { endRepairers } from './endRepairs'
import { findParameterRepairs, findPatternRepairs, findRecipeRepairs } from './parameterRepairs'
import { findShapeRepairs } from './shapeRepairs'
import { structureRepairers } from './structureRepairs'
import { windowRepairers } from './windowRepairs'

export type { Repair, RepairFacts } from './repair'

const repairers: Repairers = {
  'layer.rank': findShapeRepairs,
  'layer.shape': findShapeRepairs,
  ...windowRepairers,
  'layer.parameter': findParameterRepairs,
  'recipe.invalid': findRecipeRepairs,
  'recipe.layers': findPatternRepairs,
  'dataset.classes': findClassRepairs,
  ...endRepairers,
  ...structureRepairers,
}

/**
 * Finds the repairs of an issue of this document, the most usual first. Each was applied and checked: the issue is gone,
 * and neither its layer nor a layer that it adds has a new error of that kind; what follows from new shapes further on
 * is not held against it.
 * @returns none where no repair is known
 */
export function findRepairs(document: NetworkDocument, issue: Issue, facts: RepairFacts = {}): readonly Repair[] {
  const before = checkAll(document, issue)
  const candidates = repairers[issue.code]?.(document, issue, facts) ?? []
  return candidates.filter(({ edit }) => isRepaired(document, issue, edit, before))
}

/** Everything against the document, with the dataset's classes where the issue is about them. */
function checkAll(document: NetworkDocument, issue: Issue): readonly Issue[] {
  const issues = checkDocument(document)
  const classCount = issue.code === 'dataset.classes' ? readClassCount(issue) : undefined
  return classCount === undefined ? issues : [...issues, ...checkClasses(document, classCount)]
}

/** Where an edge is added, it must also fit. */
const joinCodes: ReadonlySet<string> = new Set(['graph.missingInput', 'graph.arity', 'graph.dangling'])
const shapeCodes: ReadonlySet<string> = new Set(['layer.rank', 'layer.shape', 'layer.window', 'layer.division'])

function isRepaired(document: NetworkDocument, issue: Issue, edit: Edit, before: readonly Issue[]): boolean {
  let result: NetworkDocument
  try {
    result = applyEdit(document, edit)
  } catch {
    // An edit that does not apply is no repair; findRepairs only leaves it out.
    return false
  }
  const after = checkAll(result, issue)
  const isSame = ({ code, nodeId, message }: Issue): boolean =>
    code === issue.code && nodeId === issue.nodeId && message === issue.message
  if (after.some(isSame)) return false
  const known = new Set(before.map(({ message }) => message))
  const old = new Set<string>(document.nodes.map(({ id }) => id))
  const isKind = (code: string): boolean =>
    code === issue.code || joinCodes.has(issue.code) || (shapeCodes.has(code) && shapeCodes.has(issue.code))
  return !after.some(({ level, code, nodeId, message }) => {
    if (known.has(message)) return false
    if (nodeId !== undefined && !old.has(nodeId)) return level === 'error' && code !== 'dataset.classes'
    if (code === issue.code && (nodeId === undefined || code === 'dataset.classes')) return true
    return (
      nodeId === issue.nodeId && nodeId !== undefined && (level === 'error' || issue.level === level) && isKind(code)
    )
  })
}
