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

const fields = ['input:not([type="hidden"])', 'textarea', 'select'].map((field) => `${field}:not(:disabled)`)

/** Puts the keyboard into the first of what `selectors` find, in their order, with its text selected. */
function focusFirst(...selectors: readonly string[]): void {
  const panel = document.getElementById(inspectorElementId)
  const targets = selectors.map((selector) => panel?.querySelector<HTMLElement>(selector))
  const target = targets.find((found) => found !== null && found !== undefined)
  target?.focus()
  if (target instanceof HTMLInputElement && target.type === 'text') target.select()
}

/** Puts the keyboard into the first parameter of the inspector; into its first field where there is none. */
export function focusInspector(): void {
  const parameters = ['Parameters', 'Common parameters'].flatMap((label) =>
    fields.map((field) => `section[aria-label="${label}"] ${field}`),
  )
  focusFirst(parameters.join(', '), fields.join(', '), 'button:not(:disabled)')
}

/** Puts the keyboard into the first field of the inspector, the name of the layer. */
export function focusInspectorName(): void {
  focusFirst(fields.join(', '), 'button:not(:disabled)')
}
