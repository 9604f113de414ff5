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
 * Finds the repairs of an issue of this document, the most usual first. Each was applied to a copy and checked: the issue is
 * gone and no error has come. Where a repair alone would bring one about at the same layer, it is offered with the repair
 * of that one.
 * @returns none where no repair is known
 */
export function findRepairs(document: NetworkDocument, issue: Issue, facts: RepairFacts = {}): readonly Repair[] {
  const check = (candidate: NetworkDocument): readonly Issue[] => checkAll(candidate, issue, facts)
  const before = check(document)
  const propose = (of: NetworkDocument, found: Issue) => repairers[found.code]?.(of, found, facts) ?? []
  return propose(document, issue).flatMap((repair): readonly Repair[] => {
    const result = tryEdit(document, repair.edit)
    if (!result) return []
    const after = check(result)
    if (!isGone(issue, before, after)) return []
    const [added, ...more] = findAdded(before, after)
    if (!added) return [repair]
    if (more.length > 0 || added.nodeId === undefined || added.nodeId !== issue.nodeId) return []
    const second = propose(result, added).find(({ edit }) => {
      const whole = tryEdit(result, edit)
      const last = whole && check(whole)
      return last && isGone(issue, before, last) && findAdded(before, last).length === 0
    })
    if (!second) return []
    const label = `${repair.label}; ${second.label.slice(0, 1).toLowerCase()}${second.label.slice(1)}`
    return [{ label, edit: { type: 'batch', edits: [repair.edit, second.edit] } }]
  })
}

/** Everything against the document, with the dataset's classes where they are known. */
function checkAll(document: NetworkDocument, issue: Issue, { classCount }: RepairFacts): readonly Issue[] {
  const issues = checkDocument(document)
  const count = (issue.code === 'dataset.classes' ? readClassCount(issue) : undefined) ?? classCount
  return count === undefined ? issues : [...issues, ...checkClasses(document, count)]
}

/** The document after an edit; undefined where it does not apply, so that it is no repair. */
function tryEdit(document: NetworkDocument, edit: Edit): NetworkDocument | undefined {
  try {
    return applyEdit(document, edit)
  } catch {
    return undefined
  }
}

/** What a finding is of: the numbers in its message may change without its being another one. */
function keyOf({ level, code, nodeId = '', path = '' }: Issue): string {
  return JSON.stringify([level, code, nodeId, code === 'layer.parameter' ? path : ''])
}

function countByKey(issues: readonly Issue[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const issue of issues) counts.set(keyOf(issue), (counts.get(keyOf(issue)) ?? 0) + 1)
  return counts
}

/** Whether there are fewer findings of the issue's kind at its place. */
function isGone(issue: Issue, before: readonly Issue[], after: readonly Issue[]): boolean {
  const key = keyOf(issue)
  return (countByKey(after).get(key) ?? 0) < (countByKey(before).get(key) ?? 0)
}

/** The errors that are there after an edit and were not before it. */
function findAdded(before: readonly Issue[], after: readonly Issue[]): readonly Issue[] {
  const left = new Map(countByKey(before))
  return after.filter((issue) => {
    if (issue.level !== 'error') return false
    const count = left.get(keyOf(issue)) ?? 0
    left.set(keyOf(issue), count - 1)
    return count <= 0
  })
}
