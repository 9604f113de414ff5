// Networks that fit the images, as long as the person has none: each opens by a press and can be undone.
import { printShort } from '../../../../shared/graph/printNumbers'
import { Button, Text } from '@mantine/core'
import { useMemo } from 'react'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { proposeNetworks, type ImageFacts, type NetworkProposal } from '../../../../shared/lectures/proposeNetworks'
import { uiStore } from '../../../kernel/ui/uiStore'
import { documentStore, useDocument } from '../../../session/document/documentStore'
import { noteDataset } from '../../../session/dataset/datasetStore'
import type { DatasetChosen, Description } from '../../../session/dataset/descriptions'
import styles from '../data.module.css'

/** What a description says that a network depends on; null where no image was read yet. */
function factsOf({ channels, sizes, splits, classes }: Description): ImageFacts | null {
  const [size] = sizes
  if (!size) return null
  return { channels, width: size.width, height: size.height, images: splits.train?.count ?? 0, classes: classes.length }
}

function take(document: NetworkDocument, title: string): void {
  const { nodes, edges, name } = document
  const edits = [{ type: 'setGraph', nodes, edges } as const, { type: 'setName', name } as const]
  documentStore.getState().apply({ type: 'batch', edits }, `Begin with ${title}`)
}

function Proposal(props: {
  readonly proposal: NetworkProposal
  readonly isFirst: boolean
  readonly onTake: (screen: 'design' | 'train') => void
}) {
  const { architecture, parameters, macs, reasons } = props.proposal
  const { title } = architecture
  return (
    <li className={styles.proposal} aria-label={title}>
      <Text fw={600} size="sm">
        {title}
      </Text>
      <Text size="xs" c="dimmed">
        {printShort(parameters)} parameters, {printShort(macs)} MACs
      </Text>
      <Text size="xs" my={4}>
        {reasons.join(' ')}
      </Text>
      <div className={styles.proposalButtons}>
        <Button
          size="compact-xs"
          variant={props.isFirst ? 'filled' : 'light'}
          aria-label={`Use ${title} and check the training`}
          onClick={() => props.onTake('train')}
        >
          Use it
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Look at ${title} first`}
          onClick={() => props.onTake('design')}
        >
          Look at it
        </Button>
      </div>
    </li>
  )
}

/** The proposals, where the document has no layers; nothing else. */
export function FittingNetworks({
  chosen,
  description,
}: {
  readonly chosen: DatasetChosen
  readonly description: Description
}) {
  const isEmpty = useDocument().nodes.length === 0
  const proposals = useMemo(() => {
    const facts = isEmpty ? factsOf(description) : null
    return facts ? proposeNetworks(facts) : []
  }, [isEmpty, description])
  if (proposals.length === 0) return null
  return (
    <section className={styles.section} aria-label="Networks for these images">
      <Text fw={600} size="sm" mb={4}>
        Begin with a network that fits
      </Text>
      <ul className={styles.proposals}>
        {proposals.map((proposal, index) => (
          <Proposal
            key={proposal.architecture.id}
            proposal={proposal}
            isFirst={index === 0}
            onTake={(screen) => {
              take(proposal.document, proposal.architecture.title)
              noteDataset(chosen, description.classes)
              uiStore.getState().setScreen(screen)
            }}
          />
        ))}
      </ul>
    </section>
  )
}
