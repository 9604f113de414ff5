// Where the keyboard goes between the canvas and its neighbours.

/** The id of the element that is the canvas's one tab stop. */
export const canvasElementId = 'nl-canvas'
/** The id of the same while the inside of a block is shown. */
export const insideElementId = 'nl-canvas-inside'
/** The id of the panel that holds the inspector. */
export const inspectorElementId = 'nl-inspector-panel'

/** The id of the element that stands for a node, for `aria-activedescendant`. */
export function nodeElementId(id: string): string {
  return `nl-node-${id}`
}

/** Puts the keyboard on the canvas. */
export function focusCanvas(): void {
  const shown = document.getElementById(insideElementId) ?? document.getElementById(canvasElementId)
  shown?.focus({ preventScroll: true })
}

/** Puts the keyboard into the first field of the inspector. */
export function focusInspector(): void {
  const panel = document.getElementById(inspectorElementId)
  const field = panel?.querySelector<HTMLElement>(
    'input:not([type="hidden"]):not(:disabled), textarea:not(:disabled), select:not(:disabled)',
  )
  const target = field ?? panel?.querySelector<HTMLElement>('button:not(:disabled)')
  target?.focus()
  if (target instanceof HTMLInputElement && target.type === 'text') target.select()
}
