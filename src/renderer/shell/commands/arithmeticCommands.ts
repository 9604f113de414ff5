// The arithmetic's commands: for the palette, the context menu and the start page.
import { comparisons } from '../../../shared/lectures/comparisons/index'
import type { Command } from '../../kernel/commands/commands'
import { inferenceOf } from '../../session/document/derived'
import { documentStore } from '../../session/document/documentStore'
import { openArithmetic } from '../../session/view/arithmeticStore'
import { findSteppable } from '../../session/document/stageLayers'

/** The one selected node, or null. */
function onlySelected(): string | null {
  const [first, ...rest] = documentStore.getState().selection
  return rest.length === 0 ? (first ?? null) : null
}

function selectedStep(): string | null {
  const id = onlySelected()
  return id === null ? null : (findSteppable(inferenceOf(documentStore.getState().document), id)?.id ?? null)
}

/** Everything that works on every screen. */
export const arithmeticCommands: readonly Command[] = [
  {
    id: 'arithmetic.openStage',
    title: 'Step through the convolution',
    group: 'Explain',
    run: () => openArithmetic({ kind: 'stage', layer: selectedStep() }),
  },
  {
    id: 'arithmetic.openField',
    title: 'Show the receptive field',
    group: 'Explain',
    isEnabled: () => documentStore.getState().document.nodes.length > 0,
    run: () => openArithmetic({ kind: 'field', layer: onlySelected() }),
  },
  ...comparisons.map(({ id, title }): Command => ({
    id: `arithmetic.compare.${id}`,
    title: `Compare: ${title}`,
    group: 'Explain',
    run: () => openArithmetic({ kind: 'comparison', id }),
  })),
]
