// What can be done with blocks, as commands: going inside, expanding, collapsing; making new ones stands in MakeBlockDialog.tsx.
import { notifications } from '@mantine/notifications'
import { expandAllBlocks, expandBlocks } from '../../../shared/edits/expandBlock'
import { foldBlocks, foldEdit, type FoldResult } from '../../../shared/edits/foldBlocks/foldBlocks'
import type { NodeId } from '../../../shared/graph/document'
import { isBlock } from '../../../shared/layers/define'
import { ask } from '../../kernel/dialogs/questions'
import { focusCanvas } from '../../session/view/canvasFocus'
import { runCommand, type Command } from '../../kernel/commands/commands'
import { documentStore } from '../../session/document/documentStore'
import { applySettled } from './applySettled'
import { definitionIn } from '../../session/blocks/definitions'
import { findUserBlock } from '../../session/blocks/definitionEdits'
import { makeBlockStore } from './makeBlockStore'
import { isInside } from '../../session/blocks/insideStore'
import { findKept, forgetBlock, keepBlock } from '../../session/blocks/library'
import { whileBusy } from '../../session/view/whileBusy'
import { goOut, openSelectedBlock, selectedBlock } from '../../session/view/openBlock'

/** The blocks among the selected nodes. */
function selectedBlocks(): readonly NodeId[] {
  const { document, selection } = documentStore.getState()
  if (selection.size === 0) return []
  return document.nodes.filter(({ id, type }) => selection.has(id) && isBlockType(type)).map(({ id }) => id)
}

function isBlockType(type: string): boolean {
  const definition = definitionIn(documentStore.getState().document, type)
  return definition !== undefined && isBlock(definition)
}

/** The type of the one selected node, where it is a user block. */
function selectedUserBlock(): string | undefined {
  const { document, selection } = documentStore.getState()
  const chosen = selection.size === 1 ? document.nodes.find(({ id }) => selection.has(id)) : undefined
  return chosen && findUserBlock(document, chosen.type)?.type
}

function hasBlocks(): boolean {
  return documentStore.getState().document.nodes.some(({ type }) => isBlockType(type))
}

function hasLayers(): boolean {
  return documentStore.getState().document.nodes.some(({ type }) => type !== 'input' && !isBlockType(type))
}

/** Puts what blocks hold in their place, as one step. @throws NetloomError `document.edit` for a block with errors */
async function expandInPlace(ids: readonly NodeId[]): Promise<void> {
  const label = `Expand ${ids.length === 1 ? `"${ids[0]}"` : `${ids.length} blocks`}`
  await whileBusy(label, async () => {
    await applySettled(expandBlocks(documentStore.getState().document, ids), label)
  })
}

async function expandAll(): Promise<void> {
  await applySettled(expandAllBlocks(documentStore.getState().document), 'Expand all blocks', true)
}

function countMade({ blocks }: FoldResult): number {
  return Object.values(blocks).reduce((sum, count) => sum + count, 0)
}

/** Gathers the selected layers into the blocks that they are; offers to make one where they are none. */
async function collapseSelection(): Promise<void> {
  const { document, selection } = documentStore.getState()
  const among = new Set(document.nodes.filter(({ id }) => selection.has(id)).map(({ id }) => id))
  const folded = foldBlocks(document, { among })
  const count = countMade(folded)
  if (count > 0) {
    const label = count === 1 ? 'Collapse into a block' : `Collapse into ${count} blocks`
    await applySettled(foldEdit(folded), label)
    return
  }
  const answer = await ask({
    title: 'No block is exactly these layers',
    message:
      'Collapsing takes layers that are, number for number, one of the blocks of the palette. ' +
      'You can make a block of your own from the selected layers instead.',
    choices: [{ value: 'make', label: 'Make block...', tone: 'main' }],
  })
  if (answer === 'make') runCommand('blocks.make')
  else focusCanvas()
}

async function foldAll(): Promise<void> {
  const folded = foldBlocks(documentStore.getState().document)
  const count = countMade(folded)
  if (count > 0) {
    await applySettled(foldEdit(folded), `Fold into ${count} ${count === 1 ? 'block' : 'blocks'}`, true)
    return
  }
  notifications.show({ message: 'No layers of this network are exactly one of the blocks.' })
}

/** Everything that can be done with blocks but making one. */
export const blockCommands: readonly Command[] = [
  {
    id: 'blocks.open',
    title: 'Go inside the block',
    group: 'Block',
    shortcut: 'Ctrl+Enter',
    isEnabled: () => !isInside() && selectedBlock() !== null,
    run() {
      const block = selectedBlock()
      if (block !== null) openSelectedBlock(block)
    },
  },
  {
    id: 'blocks.leave',
    title: 'Go back out of the block',
    group: 'Block',
    isEnabled: isInside,
    run: () => goOut(),
  },
  {
    id: 'blocks.expand',
    title: 'Expand in place',
    group: 'Block',
    shortcut: 'E',
    isEnabled: () => selectedBlocks().length > 0,
    run: () => expandInPlace(selectedBlocks()),
  },
  {
    id: 'blocks.collapse',
    title: 'Collapse into a block',
    group: 'Block',
    shortcut: 'Shift+E',
    isEnabled: () => !isInside() && documentStore.getState().selection.size > 1,
    run: collapseSelection,
  },
  {
    id: 'blocks.make',
    title: 'Make block...',
    group: 'Block',
    shortcut: 'Ctrl+G',
    isEnabled: () => !isInside() && documentStore.getState().selection.size > 0,
    run() {
      const { document, selection } = documentStore.getState()
      const ids = document.nodes.filter(({ id }) => selection.has(id)).map(({ id }) => id)
      makeBlockStore.setState({ request: { kind: 'make', ids } })
    },
  },
  {
    id: 'blocks.redefine',
    title: 'Change the block...',
    group: 'Block',
    isEnabled: () => selectedUserBlock() !== undefined,
    run() {
      const type = selectedUserBlock()
      if (type !== undefined) makeBlockStore.setState({ request: { kind: 'redefine', type } })
    },
  },
  {
    id: 'blocks.keep',
    title: 'Save to my blocks',
    group: 'Block',
    isEnabled: () => selectedUserBlock() !== undefined,
    async run() {
      const type = selectedUserBlock()
      if (type !== undefined) await keepBlock(documentStore.getState().document, type)
    },
  },
  {
    id: 'blocks.forget',
    title: 'Remove from my blocks',
    group: 'Block',
    isEnabled: () => findKept(selectedUserBlock() ?? '') !== undefined,
    run: () => forgetBlock(selectedUserBlock() ?? ''),
  },
  {
    id: 'blocks.expandAll',
    title: 'Expand all blocks',
    group: 'Block',
    isEnabled: hasBlocks,
    run: () => whileBusy('Expand all blocks', expandAll),
  },
  {
    id: 'blocks.foldAll',
    title: 'Fold into blocks',
    group: 'Block',
    isEnabled: hasLayers,
    run: () => whileBusy('Fold into blocks', foldAll),
  },
]

/** Other commands of the canvas act on what is outside, so they rest while the inside of a block is shown. */
export function restInside(command: Command): Command {
  if (command.id.startsWith('canvas.zoom.')) return command
  return { ...command, isEnabled: () => !isInside() && (command.isEnabled?.() ?? true) }
}
