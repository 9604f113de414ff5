// What the dialog would do as it is filled in: the edit, the ports, and why not; not the dialog (MakeBlockDialog.tsx).
import { changeBlock, listUses, makeBlock } from '../../../shared/edits/makeBlock'
import type { ExposedParameter, NetworkDocument, NetworkNode, UserBlock } from '../../../shared/graph/document'
import type { Edit } from '../../../shared/graph/edits'
import { NetloomError } from '../../../shared/graph/errors'
import { dropParams, findUserBlock, holdsBlock } from '../../session/blocks/definitionEdits'
import type { MakeBlockRequest } from './makeBlockStore'

/** What a person filled in. */
export interface BlockForm {
  readonly title: string
  readonly type: string
  readonly doc: string
  readonly exposed: readonly ExposedParameter[]
}

export interface BlockPlan {
  readonly edit: Edit
  readonly block: UserBlock
  /** Uses of a definition that is replaced, beside what is made now. */
  readonly changedUses: number
}

/** The nodes that a request is about. */
export function nodesOf(document: NetworkDocument, request: MakeBlockRequest): readonly NetworkNode[] {
  if (request.kind === 'redefine') return findUserBlock(document, request.type)?.nodes ?? []
  const ids = new Set(request.ids)
  return document.nodes.filter(({ id }) => ids.has(id))
}

/** The plan, or a sentence that says why there is none. */
export function planBlock(document: NetworkDocument, request: MakeBlockRequest, form: BlockForm): BlockPlan | string {
  const { title, type, exposed } = form
  const doc = form.doc.trim() === '' ? undefined : form.doc.trim()
  if (title.trim() === '') return 'The block needs a title.'
  if (!/^user\/[\p{L}\p{N}_.-]{1,80}$/u.test(type)) return 'A name has letters, digits and _ - . only, 80 at most.'
  if (request.kind === 'redefine') {
    const present = findUserBlock(document, request.type)
    if (!present) return 'The block is no longer in the document.'
    const { doc: _, ...rest } = present
    const block: UserBlock = { ...rest, title: title.trim(), ...(doc !== undefined && { doc }), exposed }
    const edits = [...dropParams(document, block), changeBlock(document, block)]
    return { edit: { type: 'batch', edits }, block, changedUses: listUses(document, type).length }
  }
  if (holdsBlock(document, nodesOf(document, request), type)) {
    return 'The selected layers hold a block of this name: it cannot hold itself. Choose another name.'
  }
  try {
    const { edit, block } = makeBlock(document, request.ids, { type, title: title.trim(), doc, exposed })
    const uses = listUses(document, type)
    return { edit: { type: 'batch', edits: [...dropParams(document, block), edit] }, block, changedUses: uses.length }
  } catch (error) {
    if (error instanceof NetloomError) return error.message
    throw error
  }
}
