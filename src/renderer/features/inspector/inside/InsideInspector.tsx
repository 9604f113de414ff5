// The inspector while the inside of a block is shown: facts of the selected node, and its parameters where the definition is the user's.
import { Button } from '@mantine/core'
import { createElement, Fragment, useMemo } from 'react'
import { runCommand } from '../../../kernel/commands/commands'
import { findDefinition } from '../../../../shared/layers/index'
import { HelpLink } from '../../../kernel/parts/HelpLink'
import { PanelSection } from '../../../kernel/parts/PanelSection'
import { sumBlock } from '../../../../shared/network/analyze'
import type { InferredNode } from '../../../../shared/network/inferDocument'
import type { NetworkNode, UserBlock } from '../../../../shared/graph/document'
import { parseNodeId } from '../../../../shared/graph/nodeId'
import { LayerArithmetic } from '../arithmetic/LayerArithmetic'
import { layerIcon } from '../../../kernel/parts/layerIcons'
import { readFields } from '../../../kernel/forms/fieldForms'
import classes from '../inspector.module.css'
import { LayerFacts } from '../layer/LayerFacts'
import { ParamForm } from '../parameters/ParamForm'
import { useAnalysis, useDocument, useInference, documentStore } from '../../../session/document/documentStore'
import { printParam } from '../../../kernel/print/printParam'
import own from './insideInspector.module.css'
import { editInner, findUserBlock, listAffected, printUses } from '../../../session/blocks/definitionEdits'
import type { InsideView } from '../../../session/blocks/insideView'

/** Parameters that cannot be changed here, and where they can. */
function FixedParams({ node, block }: { readonly node: InferredNode; readonly block: InferredNode }) {
  const fields = readFields(node.definition.params)
  const isBuiltIn = !block.node.type.startsWith('user/')
  return (
    <PanelSection label="Parameters">
      {fields.length > 0 && (
        <dl className={own.values}>
          {fields.map(({ key, title }) => (
            <Fragment key={key}>
              <dt>{title}</dt>
              <dd>{printParam(node.params[key])}</dd>
            </Fragment>
          ))}
        </dl>
      )}
      <p className={own.hint}>
        {isBuiltIn ? `The parameters of “${block.node.id}” decide these.` : 'This is part of the block.'} Expand in
        place to edit.
      </p>
      <div className={own.actions}>
        <Button
          size="compact-xs"
          variant="default"
          // The block whose inside is shown is what is selected in the network.
          onClick={() => runCommand('blocks.expand')}
        >
          Expand in place
        </Button>
      </div>
    </PanelSection>
  )
}

/** Parameters of a node of a user block's definition: a change is one of all uses. */
function DefinitionParams({ inner, block }: { readonly inner: NetworkNode; readonly block: UserBlock }) {
  const document = useDocument()
  const uses = listAffected(document, block.type).length
  return (
    <PanelSection label="Parameters">
      <p className={own.hint}>
        Part of “{block.title}”: a change here changes {uses === 1 ? 'its one use' : `all ${printUses(uses)}`}.
      </p>
      <ParamForm
        nodes={[inner]}
        onParams={(params, label, merge) =>
          documentStore
            .getState()
            .apply(editInner(document, block, inner.id, params), `${label} in ${block.title}`, { merge })
        }
      />
      <ExposedNotes inner={inner} block={block} />
    </PanelSection>
  )
}

/** Says which of the parameters each use sets for itself. */
function ExposedNotes({ inner, block }: { readonly inner: NetworkNode; readonly block: UserBlock }) {
  const titles = block.exposed
    .filter(({ targets }) => targets.some(({ node }) => node === inner.id))
    .map(({ title }) => `“${title}”`)
  if (titles.length === 0) return null
  return (
    <p className={own.hint}>
      {titles.join(', ')} can be set by each use; what is set here is what a new use begins with.
    </p>
  )
}

function useCounts(node: InferredNode | undefined) {
  const inference = useInference()
  const analysis = useAnalysis()
  return useMemo(() => {
    if (!node) return undefined
    const rows = new Map(analysis.layers.map((row) => [row.id, row]))
    return rows.get(node.node.id) ?? (node.inside ? sumBlock(node, inference, rows) : undefined)
  }, [node, inference, analysis])
}

/** The inspector of the node that is selected inside a block. */
export function InsideInspector({ view, id }: { readonly view: InsideView; readonly id: string }) {
  const document = useDocument()
  const { block } = view
  const end = view.ends.find((other) => other.id === id)
  const node = block.inside?.nodes.get(parseNodeId(id))
  const counts = useCounts(node)
  if (end || !node) {
    return (
      <header className={classes.header}>
        <h2 className={classes.title}>{end?.side === 'output' ? 'Output of the block' : 'Input of the block'}</h2>
      </header>
    )
  }
  const relative = id.slice(block.node.id.length + 1)
  const definition = findUserBlock(document, block.node.type)
  const inner = definition?.nodes.find((other) => other.id === relative)
  return (
    <>
      <header className={classes.header}>
        <span className={classes.icon} style={{ color: `var(--nl-cat-${node.definition.category})` }}>
          {createElement(layerIcon(node.definition.icon), { size: 18, 'aria-hidden': true })}
        </span>
        <h2 className={classes.title}>{node.definition.title}</h2>
        {findDefinition(node.definition.type) && (
          <HelpLink topic={`layer:${node.definition.type}`} subject={node.definition.title} />
        )}
      </header>
      <p className={classes.kinds}>
        <code>{id}</code>
      </p>
      {definition && inner ? (
        <DefinitionParams inner={inner} block={definition} />
      ) : (
        <FixedParams node={node} block={block} />
      )}
      {counts && (
        <PanelSection label="What follows">
          <LayerFacts layer={node} counts={counts} />
        </PanelSection>
      )}
      <LayerArithmetic layer={node} />
      <PanelSection label="About this layer">
        <p className={classes.doc}>{node.definition.doc}</p>
        <p className={classes.source}>{node.definition.source}</p>
      </PanelSection>
    </>
  )
}
