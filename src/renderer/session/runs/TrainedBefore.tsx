// Says that a run was trained before the last change of the network on the screen, or that it is another network's, with the ways on.
import { Button, Group } from '@mantine/core'
import { Notice } from '../../kernel/parts/Notice'
import { openAsTrained, showChangesSince, type NamedRun } from './openAsTrained'
import { relateRun, useOpenNetwork, type RunMarks } from './runRelation'

/** Opens the network of a run. */
export function OpenButton({ run }: { readonly run: NamedRun }) {
  return (
    <Button size="compact-sm" variant="default" mt={6} onClick={() => void openAsTrained(run)}>
      Open as trained
    </Button>
  )
}

/** The note; nothing where the run was trained as the network is now, or is another network's. */
export function TrainedBefore({ run }: { readonly run: (NamedRun & RunMarks) | null }) {
  const open = useOpenNetwork()
  if (run === null || relateRun(run, open) !== 'changed') return null
  return (
    <Notice tone="warning" title="Trained before your last change">
      {run.name} is of the network as it was then.
      <Group gap={8}>
        <Button size="compact-sm" variant="default" mt={6} onClick={() => showChangesSince(run)}>
          What changed
        </Button>
        <OpenButton run={run} />
      </Group>
    </Notice>
  )
}
