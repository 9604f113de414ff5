// Every action of the canvas as a command: for the palette, the keys and the context menus; what they do stands in canvasEdits.ts.
import type { LayoutStyle, Position } from '../../../../shared/graph/document'
import type { Edit } from '../../../../shared/graph/edits'
import { NetloomError } from '../../../../shared/graph/errors'
import type { Command } from '../../../kernel/commands/commands'
import { documentStore, isPresent, presentSession } from '../../../session/document/documentStore'
import type { Arrangement } from '../edits/arrange'
import { leastNodes } from '../edits/arrange'
import {
  arrangeSelection,
  connectSelected,
  copySelection,
  deleteAndJoin,
  deleteSelection,
  duplicateSelection,
  findAnchor,
  listSelectedWires,
  nudgeSelection,
  pasteText,
  toggleFrozen,
} from '../edits/canvasEdits'
import { selectNodes } from '../../../session/view/selectNodes'
import {
  besideNode,
  boundsOf,
  canvasAspect,
  canvasMiddle,
  cornerAround,
  revealNode,
  zoomBy,
  zoomTo,
  zoomToFit,
} from '../../../session/view/canvasFlow'
import { glideFrom } from '../../../session/view/glide'
import { focusInspector } from '../../../session/view/canvasFocus'
import { canvasStore, toggleSetting } from '../../../session/view/canvasStore'
import { isClipboardText } from '../edits/clipboard'
import { downloadCanvas } from '../export/exportCanvas'
import { moveWithNotes } from '../../../session/layout/moveWithNotes'
import { findPlaces, gridSize, type Direction } from '../../../session/layout/canvasGeometry'
import { directionOf, joinLayouts, shiftLayout } from '../../../session/layout/documentLayout'
import { layoutInWorker } from '../../../session/layout/layoutClient'
import { noteCommands } from './noteCommands'
import { listSelectedNotes } from '../edits/notes'
import { noteElement } from '../../../session/view/noteElements'

const selectionSize = (): number => documentStore.getState().selection.size
const hasSelection = (): boolean => selectionSize() > 0
const hasThings = (): boolean => hasSelection() || listSelectedNotes().length > 0
const hasNodes = (): boolean => documentStore.getState().document.nodes.length > 0
const canSelect = (): boolean => hasNodes() || (documentStore.getState().document.notes ?? []).length > 0
const canDelete = (): boolean => hasThings() || listSelectedWires().length > 0

/** What was copied last in this window, for where the browser keeps its clipboard closed. */
let lastCopied: string | undefined

/** Notes a text that was copied. */
export function rememberCopied(text: string): void {
  lastCopied = text
}

async function copyToClipboard(): Promise<void> {
  const text = copySelection()
  if (text === undefined) return
  rememberCopied(text)
  // Without permission the text still pastes within this window.
  await navigator.clipboard?.writeText(text).catch(() => undefined)
}

async function pasteFromClipboard(): Promise<void> {
  const session = presentSession()
  const read = await navigator.clipboard?.readText().catch(() => undefined)
  if (!isPresent(session)) return
  const text = read !== undefined && isClipboardText(read) ? read : lastCopied
  if (text === undefined) {
    throw new NetloomError('document.syntax', 'The clipboard holds no layers.', {
      hint: 'Copy layers first, or press Ctrl+V to paste from another window.',
    })
  }
  pasteText(text)
}

/** Opens the quick-add menu behind the selection, or in the middle of an empty canvas. */
export function quickAddAfter(asBranch: boolean): void {
  const node = findAnchor()
  const middle = canvasMiddle()
  if (node === undefined) {
    canvasStore.setState({ quickAdd: { at: middle, goal: { kind: 'place', position: cornerAround(middle) } } })
    return
  }
  revealNode(node)
  canvasStore.setState({ quickAdd: { at: besideNode(node), goal: { kind: 'after', node, asBranch } } })
}

/** Lays out the whole network, or the given nodes where they are, as one step. */
async function layOut(style: LayoutStyle, only?: ReadonlySet<string>): Promise<void> {
  const session = presentSession()
  const { document } = session.state
  canvasStore.setState({ layingOut: style })
  try {
    const before = only && boundsOf(only)
    const found = await layoutInWorker(document, style, { only, aspect: canvasAspect() })
    if (!found) return
    const laid = shiftLayout(found, before ?? { x: 0, y: 0 })
    const present = new Set(session.state.document.nodes.map(({ id }) => id))
    const moves = laid.moves.filter(({ id }) => present.has(id))
    const layout = only ? joinLayouts(session.state.document.layout, laid.layout) : laid.layout
    const edits: Edit[] = [...moveWithNotes(session.state.document, moves), { type: 'setLayout', layout }]
    session.state.apply({ type: 'batch', edits }, 'Lay out the network')
    if (!isPresent(session)) return
    glideFrom(findPlaces(document))
    if (!only) canvasStore.setState({ direction: directionOf(style) })
    await zoomToFit(only)
  } finally {
    canvasStore.setState({ layingOut: null })
  }
}

/** Which way a part of the network is laid out: as the whole runs, in one column. */
function presentDirection(): Direction {
  return canvasStore.getState().direction
}

const editCommands: readonly Command[] = [
  { id: 'edit.copy', title: 'Copy', group: 'Edit', isEnabled: hasThings, run: copyToClipboard },
  {
    id: 'edit.cut',
    title: 'Cut',
    group: 'Edit',
    isEnabled: hasThings,
    async run() {
      await copyToClipboard()
      deleteSelection('Cut')
    },
  },
  { id: 'edit.paste', title: 'Paste', group: 'Edit', run: pasteFromClipboard },
  {
    id: 'edit.duplicate',
    title: 'Duplicate',
    group: 'Edit',
    shortcut: 'Ctrl+D',
    isEnabled: hasThings,
    run: duplicateSelection,
  },
  {
    id: 'edit.delete',
    title: 'Delete',
    group: 'Edit',
    shortcut: ['Delete', 'Backspace'],
    isEnabled: canDelete,
    run: () => deleteSelection(),
  },
  {
    id: 'edit.deleteAndJoin',
    title: 'Delete and join the wire',
    group: 'Edit',
    shortcut: 'Shift+Delete',
    isEnabled: () => selectionSize() === 1,
    run: deleteAndJoin,
  },
  {
    id: 'edit.selectAll',
    title: 'Select all',
    group: 'Edit',
    shortcut: 'Ctrl+A',
    isEnabled: canSelect,
    run() {
      const { nodes, notes = [] } = documentStore.getState().document
      selectNodes(
        nodes.map(({ id }) => id),
        notes.map(({ id }) => id),
      )
    },
  },
  {
    id: 'canvas.find',
    title: 'Find a layer',
    group: 'Edit',
    shortcut: ['Ctrl+F', 'F'],
    isEnabled: hasNodes,
    run: () => canvasStore.setState({ isFinding: true }),
  },
]

const layerCommands: readonly Command[] = [
  {
    id: 'canvas.addAfter',
    title: 'Add a layer after the selection',
    group: 'Layer',
    shortcut: 'A',
    run: () => quickAddAfter(false),
  },
  {
    id: 'canvas.addBranch',
    title: 'Add a layer as a new branch',
    group: 'Layer',
    shortcut: 'Shift+A',
    isEnabled: hasNodes,
    run: () => quickAddAfter(true),
  },
  {
    id: 'canvas.insertOnWire',
    title: 'Insert a layer into the wire',
    group: 'Layer',
    isEnabled: () => listSelectedWires().length === 1,
    run() {
      const [wire] = listSelectedWires()
      if (!wire) return
      const at = canvasStore.getState().menu?.at ?? canvasMiddle()
      canvasStore.setState({ quickAdd: { at, goal: { kind: 'wire', edgeId: wire.id } } })
    },
  },
  {
    id: 'canvas.connectSelected',
    title: 'Connect the selected layers',
    group: 'Layer',
    shortcut: 'C',
    isEnabled: () => selectionSize() > 1,
    run: connectSelected,
  },
  {
    id: 'canvas.rename',
    title: 'Rename the layer',
    group: 'Layer',
    shortcut: 'F2',
    isEnabled: () => selectionSize() === 1,
    run() {
      const [id] = documentStore.getState().selection
      if (id === undefined) return
      revealNode(id)
      canvasStore.setState({ renaming: id })
    },
  },
  {
    id: 'canvas.editParameters',
    title: 'Edit the parameters',
    group: 'Layer',
    isEnabled: hasSelection,
    run: focusInspector,
  },
  {
    id: 'canvas.toggleFrozen',
    title: 'Freeze or unfreeze the layers',
    group: 'Layer',
    isEnabled: hasSelection,
    run: toggleFrozen,
  },
]

const arrangementTitles: Readonly<Record<Arrangement, string>> = {
  left: 'Align left edges',
  centre: 'Align centres',
  right: 'Align right edges',
  top: 'Align top edges',
  middle: 'Align middles',
  bottom: 'Align bottom edges',
  across: 'Distribute across',
  down: 'Distribute down',
}

const nudges: readonly (readonly [string, Position])[] = [
  ['Left', { x: -gridSize, y: 0 }],
  ['Right', { x: gridSize, y: 0 }],
  ['Up', { x: 0, y: -gridSize }],
  ['Down', { x: 0, y: gridSize }],
]

const arrangeCommands: readonly Command[] = [
  {
    id: 'canvas.layout.down',
    title: 'Lay out from top to bottom',
    group: 'Arrange',
    shortcut: 'L',
    isEnabled: hasNodes,
    run: () => layOut('down'),
  },
  {
    id: 'canvas.layout.right',
    title: 'Lay out from left to right',
    group: 'Arrange',
    isEnabled: hasNodes,
    run: () => layOut('right'),
  },
  {
    id: 'canvas.layout.columns',
    title: 'Lay out in columns',
    group: 'Arrange',
    shortcut: 'Shift+L',
    isEnabled: hasNodes,
    run: () => layOut('columns'),
  },
  {
    id: 'canvas.layout.selection',
    title: 'Lay out the selection',
    group: 'Arrange',
    isEnabled: () => selectionSize() > 1,
    run: () => layOut(presentDirection(), documentStore.getState().selection),
  },
  ...Object.entries(arrangementTitles).map(([name, title]): Command => {
    const arrangement = name as Arrangement
    return {
      id: `canvas.arrange.${name}`,
      title,
      group: 'Arrange',
      isEnabled: () => selectionSize() >= leastNodes(arrangement),
      run: () => arrangeSelection(arrangement, title),
    }
  }),
  ...nudges.map(([name, step]): Command => ({
    id: `canvas.nudge.${name}`,
    title: `Move the selection ${name.toLowerCase()}`,
    group: 'Arrange',
    shortcut: `Alt+Arrow${name}`,
    isHidden: true,
    isEnabled: hasThings,
    run: () => nudgeSelection(step),
  })),
]

const viewCommands: readonly Command[] = [
  { id: 'canvas.zoom.fit', title: 'Zoom to fit', group: 'View', shortcut: 'Shift+1', run: () => zoomToFit() },
  {
    id: 'canvas.zoom.selection',
    title: 'Zoom to the selection',
    group: 'View',
    shortcut: '.',
    isEnabled: hasThings,
    run: () =>
      zoomToFit(
        new Set([...documentStore.getState().selection, ...listSelectedNotes().map(({ id }) => noteElement(id))]),
      ),
  },
  { id: 'canvas.zoom.in', title: 'Zoom in', group: 'View', shortcut: ['+', '='], run: () => zoomBy(1.25) },
  { id: 'canvas.zoom.out', title: 'Zoom out', group: 'View', shortcut: '-', run: () => zoomBy(0.8) },
  { id: 'canvas.zoom.natural', title: 'Zoom to 100%', group: 'View', shortcut: 'Shift+0', run: () => zoomTo(1) },
  { id: 'canvas.snap', title: 'Snap to the grid', group: 'View', run: () => toggleSetting('snaps') },
  { id: 'canvas.wireSizes', title: 'Draw wires by size', group: 'View', run: () => toggleSetting('sizesEdges') },
  { id: 'canvas.minimap', title: 'Show the minimap', group: 'View', run: () => toggleSetting('showsMinimap') },
  {
    id: 'canvas.export.png',
    title: 'Save the image of the network as PNG',
    group: 'File',
    isEnabled: canSelect,
    run: () => downloadCanvas('png'),
  },
  {
    id: 'canvas.export.svg',
    title: 'Save the image of the network as SVG',
    group: 'File',
    isEnabled: canSelect,
    run: () => downloadCanvas('svg'),
  },
]

/** All commands of the canvas; registered while the design screen is shown. */
export const canvasCommands: readonly Command[] = [
  ...editCommands,
  ...layerCommands,
  ...arrangeCommands,
  ...noteCommands,
  ...viewCommands,
]
