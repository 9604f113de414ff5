// Notes among everything that lies on the canvas: the names of their elements and their sizes; not what changes them.
import { usualNoteSize, type CanvasNote } from '../../../shared/graph/document'

const prefix = 'note:'

/** The name of a note among everything on the canvas; no layer can be named so. */
export function noteElement(id: string): string {
  return prefix + id
}

/** The id of the note that an element of the canvas stands for; undefined for a layer. */
export function noteIdOf(element: string): string | undefined {
  return element.startsWith(prefix) ? element.slice(prefix.length) : undefined
}

/** Width and height of a note in canvas units. */
export function sizeOfNote({ size }: CanvasNote): { readonly width: number; readonly height: number } {
  return size ?? usualNoteSize
}
