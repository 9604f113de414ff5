// What an earlier window left unsaved, to be opened or thrown away.
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Ago } from '../../kernel/parts/Ago'
import type { Recovery } from '../../../shared/contract/projectCalls'
import { connectionStore } from '../../kernel/core/client'
import { uiStore } from '../../kernel/ui/uiStore'
import { ask } from '../../kernel/dialogs/questions'
import { leaveDocument } from '../../session/document/documentFlows'
import { showFailure } from '../../kernel/failures/showFailure'
import { discardWork, findLostWork, restoreWork } from '../../session/document/recovery'

const title = 'The recovered work was not opened'

/** Lost work that waits for an answer, and the ways to give it. */
function useLostWork() {
  const [lost, setLost] = useState<readonly Recovery[]>([])
  useEffect(() => {
    const load = (): void => {
      // Without an answer there is nothing to offer; the status bar says why.
      findLostWork().then(setLost, () => {})
    }
    load()
    return connectionStore.subscribe((state, before) => {
      if (state.connections !== before.connections) load()
    })
  }, [])
  const forget = ({ id }: Recovery): void => setLost((all) => all.filter((each) => each.id !== id))
  const restore = async (work: Recovery): Promise<void> => {
    if (!(await leaveDocument())) return
    restoreWork(work)
    forget(work)
    uiStore.getState().setScreen('design')
  }
  const discard = async (work: Recovery): Promise<void> => {
    const answer = await ask({
      title: `Throw away ${work.name}?`,
      message: 'What was not saved is then lost for good.',
      choices: [{ value: 'discard', label: 'Throw away', tone: 'danger' }],
    })
    if (answer === null) return
    await discardWork(work)
    forget(work)
  }
  return { lost, restore, discard }
}

/** The offers; nothing where nothing was lost. */
export function LostWork() {
  const { lost, restore, discard } = useLostWork()
  if (lost.length === 0) return null
  const attempt = (work: Promise<void>): void => {
    work.catch((error: unknown) => showFailure(title, error))
  }
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconHistory size={18} aria-hidden />}
      title={lost.length === 1 ? 'Unsaved work was kept' : `Unsaved work of ${lost.length} networks was kept`}
    >
      <Stack gap="sm">
        {lost.map((work) => (
          <Group key={work.id} justify="space-between" wrap="nowrap">
            <div>
              <Text fw={500}>{work.name}</Text>
              <Text size="xs" c="dimmed">
                {work.path ?? 'Never saved to a file'}, kept <Ago sinceMs={work.savedMs} />
              </Text>
            </div>
            <Group gap="sm" wrap="nowrap">
              <Button variant="default" onClick={() => attempt(discard(work))} aria-label={`Throw away ${work.name}`}>
                Throw away
              </Button>
              <Button onClick={() => attempt(restore(work))} aria-label={`Open unsaved work of ${work.name}`}>
                Open
              </Button>
            </Group>
          </Group>
        ))}
      </Stack>
    </Alert>
  )
}
