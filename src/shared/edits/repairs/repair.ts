// What a repair is and what it may know; not how repairs are found (the files beside) nor tried (../repairs.ts).
import type { NetworkDocument } from '../../graph/document'
import type { Edit } from '../../graph/edits'
import type { ErrorCode, Issue } from '../../graph/errors'

/** A change that makes one issue vanish. */
export interface Repair {
  /** What a button says: `Insert a flatten layer`. */
  readonly label: string
  /** One edit, so that one undo takes it back. */
  readonly edit: Edit
}

/** What is known beside the document. */
export interface RepairFacts {
  /** Classes of the dataset. */
  readonly classCount?: number
}

/** Proposes repairs of an issue, the most usual first; they are tried afterwards. */
export type Repairer = (document: NetworkDocument, issue: Issue, facts: RepairFacts) => readonly Repair[]

/** Who proposes repairs, by the code of the issue. */
export type Repairers = Readonly<Partial<Record<ErrorCode, Repairer>>>

/** The number of classes that an issue of code `dataset.classes` asks for. */
export function readClassCount({ expected }: Issue): number | undefined {
  const count: unknown = Array.isArray(expected) ? expected[0] : expected
  return typeof count === 'number' ? count : undefined
}
