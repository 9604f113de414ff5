// What the inspector offers for a block: going inside, expanding, and the other uses of a block that was made here.
import { Button, UnstyledButton } from '@mantine/core'
import { IconArrowsDiagonal, IconDeviceFloppy, IconLogin2, IconPencil } from '@tabler/icons-react'
import { PanelSection } from '../../../kernel/parts/PanelSection'
import type { NetworkNode } from '../../../../shared/graph/document'
import { selectNodes } from '../../../session/view/selectNodes'
import { revealNode } from '../../../session/view/canvasFlow'
import { useCommand } from '../../../kernel/commands/commands'
import { useDocument } from '../../../session/document/documentStore'
import { findUserBlock, listAffected, printUses } from '../../../session/blocks/definitionEdits'
import own from './blockActions.module.css'

function CommandButton({ id, icon: Icon }: { readonly id: string; readonly icon: typeof IconLogin2 }) {
  const { command, title, shortcut, isEnabled, run } = useCommand(id)
  if (!command) return null
  return (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<Icon size={14} aria-hidden />}
      title={shortcut === undefined ? undefined : `${title} (${shortcut})`}
      disabled={!isEnabled}
      onClick={run}
    >
      {title}
    </Button>
  )
}

/** The uses of a definition as names to go to. */
function Uses({ node }: { readonly node: NetworkNode }) {
  const document = useDocument()
  const uses = listAffected(document, node.type)
  return (
    <div className={own.uses}>
      <UnstyledButton
        className={own.link}
        title="Select all of them"
        onClick={() => {
          selectNodes(uses)
          const [first] = uses
          if (first !== undefined) revealNode(first)
        }}
      >
        {printUses(uses.length)}
      </UnstyledButton>
      <span>of this block in the network</span>
    </div>
  )
}

/** The actions of one selected block. */
export function BlockActions({ node }: { readonly node: NetworkNode }) {
  const isOwn = findUserBlock(useDocument(), node.type) !== undefined
  return (
    <PanelSection label="Block">
      <div className={own.actions}>
        <CommandButton id="blocks.open" icon={IconLogin2} />
        <CommandButton id="blocks.expand" icon={IconArrowsDiagonal} />
        {isOwn && <CommandButton id="blocks.redefine" icon={IconPencil} />}
        {isOwn && <CommandButton id="blocks.keep" icon={IconDeviceFloppy} />}
      </div>
      {isOwn && <Uses node={node} />}
    </PanelSection>
  )
}
