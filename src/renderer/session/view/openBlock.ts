// Going inside a block of the document from outside; the view inside stands in InsideCanvas.tsx.
import type { NodeId } from '../../../shared/graph/document'
import { focusCanvas } from './canvasFocus'
import { inferenceOf } from '../document/derived'
import { documentStore } from '../document/documentStore'
import { goInto, goOutTo, insideStore } from '../blocks/insideStore'

/** The one selected node where it is a sound block, else null. */
export function selectedBlock(): NodeId | null {
  const { document, selection } = documentStore.getState()
  const [id] = selection
  if (id === undefined || selection.size !== 1) return null
  const node = document.nodes.find((other) => other.id === id)
  return node && inferenceOf(document).nodes.get(node.id)?.inside ? node.id : null
}

/** Goes back out to `depth` blocks, one less where left out; the keyboard stays on the canvas. */
export function goOut(depth = insideStore.getState().path.length - 1): void {
  goOutTo(depth)
  // The outer canvas takes the keyboard once the inner one is gone.
  requestAnimationFrame(focusCanvas)
}

/** Goes inside a block of the document. @returns false where the node is a layer or has errors */
export function openSelectedBlock(id: string): boolean {
  documentStore.getState().select([id])
  const block = selectedBlock()
  if (block === null) return false
  goOutTo(0)
  goInto(block)
  return true
}
