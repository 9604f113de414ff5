// What an earlier window left unsaved, to be opened or thrown away.
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { Ago } from '../../kernel/parts/Ago'
import type { Recovery } from '../../../shared/contract/projectCalls'
import { connectionStore } from '../../kernel/core/client'
import { ask } from '../../kernel/dialogs/questions'
import { sessionStore } from '../../session/document/documentStore'
import { showTab } from '../../session/document/tabFlows'
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
  const restore = (work: Recovery): void => {
    showTab(restoreWork(work))
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
  const openIds = new Set(useStore(sessionStore, ({ tabs }) => tabs).map(({ recovery }) => recovery))
  const restoreAll = (): void => {
    const opened = shown.map((work) => ({ work, session: restoreWork(work) }))
    const active = opened.find(({ work }) => work.tab?.isActive) ?? opened.at(-1)
    setLost([])
    if (active) showTab(active.session)
  }
  // What was brought back, or opened, meanwhile is lost no more.
  const shown = lost.filter(({ id }) => !openIds.has(id))
  return { lost: shown, restore, restoreAll, discard }
}

/** The offers; nothing where nothing was lost. */
export function LostWork() {
  const { lost, restore, restoreAll, discard } = useLostWork()
  if (lost.length === 0) return null
  const attempt = (work: () => void | Promise<void>): void => {
    Promise.resolve()
      .then(work)
      .catch((error: unknown) => showFailure(title, error))
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
              <Button
                variant="default"
                onClick={() => attempt(() => discard(work))}
                aria-label={`Throw away ${work.name}`}
              >
                Throw away
              </Button>
              <Button onClick={() => attempt(() => restore(work))} aria-label={`Open unsaved work of ${work.name}`}>
                Open
              </Button>
            </Group>
          </Group>
        ))}
        {lost.length > 1 && (
          <Group justify="flex-end">
            <Button variant="default" onClick={() => attempt(restoreAll)}>
              Open all {lost.length}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  )
}
