// The inspector of one layer, or of several at once; not of the network (NetworkInspector.tsx).
import { printBytes, printCount } from '../../../../shared/graph/printNumbers'
import { Switch, Text } from '@mantine/core'
import { createElement, useMemo } from 'react'
import { PanelSection } from '../../../kernel/parts/PanelSection'
import type { NetworkNode } from '../../../../shared/graph/document'
import type { Issue } from '../../../../shared/graph/errors'
import { isBlock, type NodeDefinition } from '../../../../shared/layers/define'
import { BlockActions } from './BlockActions'
import { definitionIn, definitionsIn } from '../../../session/blocks/definitions'
import { useNodeCounts } from './nodeCounts'
import { LayerArithmetic } from '../arithmetic/LayerArithmetic'
import { layerIcon } from '../../../kernel/parts/layerIcons'
import { documentStore, useDocument, useInference } from '../../../session/document/documentStore'
import { useHints } from '../../../session/dataset/useHints'
import { useIssues } from '../../../session/dataset/useIssues'
import { findDefinition } from '../../../../shared/layers/index'
import { HelpLink } from '../../../kernel/parts/HelpLink'
import classes from '../inspector.module.css'
import { InputSources } from './InputSources'
import { HintLines, IssueLines } from '../problems/IssueLine'
import { LayerFacts } from './LayerFacts'
import { FactList } from '../../../kernel/parts/FactList'
import { NameField } from './NameField'
import { buildFreezeEdit, findCommonFields } from '../parameters/paramEdits'
import { FieldRow } from '../parameters/ParamField'
import { ParamForm } from '../parameters/ParamForm'

/** Whether a finding stands at its field already. */
function isAtField({ code, path }: Issue, { params }: NetworkNode, definition: NodeDefinition | undefined): boolean {
  const fields = definition?.params.shape ?? {}
  const key = /\.params\.([\p{L}\p{N}_$]+)/u.exec(path ?? '')?.[1]
  return code === 'layer.parameter' && key !== undefined && Object.hasOwn(fields, key) && Object.hasOwn(params, key)
}

/** Everything about one layer. */
export function LayerInspector({ node }: { readonly node: NetworkNode }) {
  const definition = definitionIn(useDocument(), node.type)
  const layer = useInference().nodes.get(node.id)
  const counts = useNodeCounts().get(node.id)
  const allIssues = useIssues()
  const issues = useMemo(
    () => allIssues.filter((issue) => issue.nodeId === node.id && !isAtField(issue, node, definition)),
    [allIssues, node, definition],
  )
  // Those of what a block holds stand at the block.
  const hints = useHints().filter(({ nodeId }) => nodeId === node.id || nodeId?.startsWith(`${node.id}/`))
  return (
    <>
      <header className={classes.header}>
        <span className={classes.icon} style={{ color: `var(--nl-cat-${definition?.category ?? 'reshape'})` }}>
          {createElement(layerIcon(definition?.icon ?? 'help'), { size: 18, 'aria-hidden': true })}
        </span>
        <h2 className={classes.title}>{definition?.title ?? node.type}</h2>
        {definition && findDefinition(node.type) && (
          <HelpLink topic={`layer:${node.type}`} subject={definition.title} />
        )}
      </header>
      <NameField id={node.id} />
      {definition && isBlock(definition) && <BlockActions node={node} />}
      <IssueLines issues={issues} label="Problems of this layer" />
      <HintLines hints={hints} label="Hints on this layer" />
      <PanelSection label="Parameters">
        <ParamForm nodes={[node]} />
        {definition && hasWeights(definition) && <FreezeField nodes={[node]} />}
      </PanelSection>
      <InputSources node={node} />
      {layer && counts && (
        <PanelSection label="What follows">
          <LayerFacts layer={layer} counts={counts} />
        </PanelSection>
      )}
      {layer && <LayerArithmetic layer={layer} />}
      {definition && (
        <PanelSection label="About this layer">
          <p className={classes.doc}>{definition.doc}</p>
          <p className={classes.source}>{definition.source}</p>
        </PanelSection>
      )}
    </>
  )
}

/** Whether a node of this kind can have weights; a block may always hold some. */
function hasWeights(definition: NodeDefinition): boolean {
  return isBlock(definition) || definition.weights !== undefined
}

/** Whether the layers keep their weights while training. */
function FreezeField({ nodes }: { readonly nodes: readonly NetworkNode[] }) {
  const frozen = nodes.filter((node) => node.frozen === true).length
  const state = frozen === 0 ? 'Off' : frozen === nodes.length ? 'On' : 'Mixed'
  const who = nodes.length === 1 ? (nodes[0]?.id ?? '') : `${nodes.length} layers`
  return (
    <FieldRow title="Freeze" help="Keeps its weights while training. A frozen batch norm uses its running statistics.">
      <Switch
        size="xs"
        aria-label="Freeze"
        checked={state === 'On'}
        label={state}
        onChange={(event) => {
          const freezes = event.currentTarget.checked
          documentStore.getState().apply(buildFreezeEdit(nodes, freezes), `${freezes ? 'Freeze' : 'Unfreeze'} ${who}`)
        }}
      />
    </FieldRow>
  )
}

/** What several layers have in common, and their sums. */
export function SeveralInspector({ nodes }: { readonly nodes: readonly NetworkNode[] }) {
  const find = definitionsIn(useDocument())
  const counts = useNodeCounts()
  const chosen = useMemo(() => nodes.flatMap(({ id }) => counts.get(id) ?? []), [counts, nodes])
  const sum = (key: 'parameters' | 'trainableParameters' | 'macs' | 'activationBytes'): number =>
    chosen.reduce((total, layer) => total + layer[key], 0)
  const types = [...new Set(nodes.map(({ type }) => type))]
  const weighted = nodes.filter(({ type }) => {
    const definition = find(type)
    return definition !== undefined && hasWeights(definition)
  })
  const hasFields = findCommonFields(nodes, find).length > 0 || weighted.length > 0
  return (
    <>
      <header className={classes.header}>
        <h2 className={classes.title}>{nodes.length} layers</h2>
      </header>
      <Text size="xs" c="dimmed" className={classes.kinds}>
        {types.map((type) => find(type)?.title ?? type).join(', ')}
      </Text>
      <PanelSection label="Common parameters">
        <ParamForm nodes={nodes} />
        {weighted.length > 0 && <FreezeField nodes={weighted} />}
        {!hasFields && <p className={classes.doc}>These layers have no parameter in common.</p>}
      </PanelSection>
      <PanelSection label="Sums">
        <FactList
          facts={[
            ...(chosen.length < nodes.length
              ? [
                  {
                    name: 'Counted',
                    value: `${chosen.length} of ${nodes.length}`,
                    tooltip: 'Broken layers do not count.',
                  },
                ]
              : []),
            { name: 'Parameters', value: printCount(sum('parameters')) },
            { name: 'Trainable', value: printCount(sum('trainableParameters')) },
            { name: 'MACs', value: printCount(sum('macs')) },
            { name: 'FLOPs', value: printCount(2 * sum('macs')) },
            { name: 'Activations', value: printBytes(sum('activationBytes')) },
          ]}
        />
      </PanelSection>
    </>
  )
}
