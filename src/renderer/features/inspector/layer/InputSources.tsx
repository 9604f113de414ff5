// Where each input of a layer comes from, as lists to choose from: the way to wire and re-route without a pointer.
import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { PanelSection } from '../../../kernel/parts/PanelSection'
import type { NetworkDocument, NetworkEdge, NetworkNode, PortReference } from '../../../../shared/graph/document'
import { portsIn } from '../../../session/blocks/definitions'
import { connectPorts, rerouteEdge } from '../../../session/wiring/wiringEdits'
import { judgeAll, portKey } from '../../../session/wiring/connections'
import { edgesInto, listInputPorts } from '../../../session/wiring/ports'
import { documentStore, useDocument } from '../../../session/document/documentStore'
import { FieldRow } from '../parameters/ParamField'

const nothing = ''

/** An output as people read it: the layer, and its port where that has a name of its own. */
function printOutput({ node, port }: PortReference): string {
  return port === 'out' ? node : `${node}, ${port}`
}

interface Choice {
  readonly value: string
  readonly label: string
  readonly from: PortReference
}

/** The outputs that may be led to an input, in the order of the document; those that fit no shape are marked. */
function listChoices(document: NetworkDocument, to: PortReference): readonly Choice[] {
  const verdicts = judgeAll(document, to, 'input')
  return document.nodes.flatMap((node) =>
    (portsIn(document, node)?.outputPorts ?? []).flatMap((port): Choice[] => {
      const from = { node: node.id, port }
      const verdict = verdicts.get(portKey(from))
      if (!verdict || verdict.kind === 'refused') return []
      const label = verdict.kind === 'misfit' ? `${printOutput(from)} (does not fit)` : printOutput(from)
      return [{ value: portKey(from), label, from }]
    }),
  )
}

interface SourceProps {
  readonly to: PortReference
  readonly edge: NetworkEdge | undefined
  readonly title: string
}

/** One input: the layer that feeds it, another one, or none. */
function InputSource({ to, edge, title }: SourceProps) {
  const document = useDocument()
  // The choices are worked out when they are about to be shown: in a large network they are many.
  const [isOpen, setOpen] = useState(false)
  const present: readonly Choice[] = edge
    ? [{ value: portKey(edge.from), label: printOutput(edge.from), from: edge.from }]
    : []
  const others = isOpen ? listChoices(document, to).filter(({ value }) => value !== present[0]?.value) : []
  const choices = [...present, ...others]
  const choose = (value: string): void => {
    const chosen = choices.find((choice) => choice.value === value)
    if (chosen) {
      if (edge) rerouteEdge(edge, { from: chosen.from, to })
      else connectPorts({ from: chosen.from, to })
    } else if (edge) {
      documentStore.getState().apply({ type: 'disconnect', edge }, `Disconnect "${edge.from.node}" from "${to.node}"`)
    }
  }
  return (
    <FieldRow title={title} help="The layer whose output comes in here.">
      <NativeSelect
        size="xs"
        aria-label={`Source of ${title.toLowerCase()}`}
        value={edge ? portKey(edge.from) : nothing}
        data={[{ value: nothing, label: 'Not connected' }, ...choices.map(({ value, label }) => ({ value, label }))]}
        onPointerDown={() => setOpen(true)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onChange={(event) => choose(event.currentTarget.value)}
      />
    </FieldRow>
  )
}

/** The inputs of a layer with their sources; nothing for a layer that takes none. */
export function InputSources({ node }: { readonly node: NetworkNode }) {
  const document = useDocument()
  const own = portsIn(document, node)
  const joined = edgesInto(document, node.id)
  const ports = own ? listInputPorts(own, joined) : []
  if (ports.length === 0) return null
  return (
    <PanelSection label="Inputs">
      {ports.map((port, index) => (
        <InputSource
          key={`${node.id}:${port}`}
          to={{ node: node.id, port }}
          edge={joined.find(({ to }) => to.port === port)}
          title={ports.length === 1 ? 'Input' : `Input ${index + 1}`}
        />
      ))}
    </PanelSection>
  )
}
