// The inspector while nothing is selected: the network's name, totals, dataset and classes; not single layers.
import { printBytes, printCount } from '../../../../shared/graph/printNumbers'
import type { ReactNode } from 'react'
import { Button, TextInput } from '@mantine/core'
import { PanelSection } from '../../../kernel/parts/PanelSection'
import { useAnalysis, useDocument, documentStore } from '../../../session/document/documentStore'
import { useIssues } from '../../../session/dataset/useIssues'
import { uiStore } from '../../../kernel/ui/uiStore'
import { useDatasetStore } from '../../../session/dataset/datasetStore'
import classes from '../inspector.module.css'
import { IssueLines } from '../problems/IssueLine'
import { FactList, type Fact } from '../../../kernel/parts/FactList'
import { FieldRow } from '../parameters/ParamField'
import { printShape } from '../../../kernel/print/printFacts'

/** Classes shown by name; the others are counted. */
const mostClasses = 24

/** Everything about the network as a whole. */
export function NetworkInspector({ weights }: { readonly weights: ReactNode }) {
  const { name, nodes } = useDocument()
  const issues = useIssues().filter(({ nodeId }) => nodeId === undefined)
  return (
    <>
      <header className={classes.header}>
        <h2 className={classes.title}>Network</h2>
      </header>
      <PanelSection label="Network">
        <FieldRow title="Name">
          <TextInput
            size="xs"
            aria-label="Name of the network"
            value={name}
            onChange={(event) =>
              documentStore
                .getState()
                .apply({ type: 'setName', name: event.currentTarget.value }, 'Rename the network', { merge: 'name' })
            }
          />
        </FieldRow>
      </PanelSection>
      {nodes.length > 0 && <IssueLines issues={issues} label="Problems of the network" />}
      <Totals />
      {weights}
      <Dataset />
      <p className={classes.doc}>
        {nodes.length === 0
          ? 'Add a layer from the palette. It appears here with its parameters.'
          : 'Select a layer to see and change its parameters; select several to change them together.'}
      </p>
    </>
  )
}

function Totals() {
  const { input, layers, parameters, statistics, macs, flops, activationBytes } = useAnalysis()
  const facts: readonly Fact[] = [
    ...(input ? [{ name: 'Input', value: printShape(input), isCode: true }] : []),
    { name: 'Layers', value: printCount(layers.length) },
    { name: 'Parameters', value: printCount(parameters.total) },
    { name: 'Trainable', value: printCount(parameters.trainable) },
    { name: 'Frozen', value: printCount(parameters.frozen) },
    ...(statistics > 0 ? [{ name: 'Statistics', value: printCount(statistics) }] : []),
    { name: 'MACs', value: printCount(macs), tooltip: 'Multiply-accumulates for one image' },
    { name: 'FLOPs', value: printCount(flops), tooltip: 'Two per multiply-accumulate' },
    { name: 'Activations', value: printBytes(activationBytes), tooltip: `${printCount(activationBytes)} bytes` },
  ]
  return (
    <PanelSection label="Totals">
      <FactList facts={facts} />
    </PanelSection>
  )
}

function Dataset() {
  const document = useDocument()
  const reference = useDatasetStore((state) => state.noted?.reference ?? null)
  const datasetClasses = useDatasetStore((state) => state.classes)
  const source = reference ?? document.dataset?.source
  const names = datasetClasses ?? document.classes ?? []
  const more = names.length - mostClasses
  return (
    <PanelSection label="Dataset">
      <FactList
        facts={[
          { name: 'Dataset', value: source ?? 'none', isCode: source !== undefined },
          { name: 'Classes', value: names.length > 0 ? printCount(names.length) : 'not known' },
        ]}
      />
      {names.length > 0 && (
        <p className={classes.classNames}>
          {names.slice(0, mostClasses).join(', ')}
          {more > 0 ? ` and ${more} more` : ''}
        </p>
      )}
      {source === undefined && (
        <Button size="compact-xs" variant="default" onClick={() => uiStore.getState().setScreen('data')}>
          Choose a dataset
        </Button>
      )}
    </PanelSection>
  )
}
