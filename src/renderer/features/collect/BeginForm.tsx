// How a dataset begins: a name and the folder it is made in, or a folder of images that is there.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconFolderOpen, IconPhotoPlus } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { tidyName, whyNoFolderName } from '../../../shared/datasets/collect/folderNames'
import { loadAppInfo } from '../../kernel/core/appInfo'
import { client } from '../../kernel/core/client'
import { joinPath } from '../../kernel/dialogs/filePaths'
import { choosePath } from '../../kernel/dialogs/questions'
import { FailureText } from '../../kernel/failures/FailureText'
import { Notice } from '../../kernel/parts/Notice'
import { beginNew, takeUp } from './collectStore'
import styles from './collect.module.css'

const lastParentKey = 'netloom.collectFolder'

/** Where datasets were made last; else a folder that is opened to the screen. */
async function findParent(): Promise<string> {
  const last = localStorage.getItem(lastParentKey)
  if (last !== null) return last
  const { native, home } = await loadAppInfo()
  return native ? home : ((await client.files.roots())[0] ?? home)
}

/** Does one thing at a time, with its failure and the way that would lead on. */
function useAttempt() {
  const [failure, setFailure] = useState<{ readonly error: unknown; readonly folder: string | null } | null>(null)
  const [isBusy, setBusy] = useState(false)
  const attempt = (perform: () => Promise<void>, folder: string | null = null): void => {
    setBusy(true)
    setFailure(null)
    perform()
      .catch((error: unknown) => setFailure({ error, folder }))
      .finally(() => setBusy(false))
  }
  return { failure, isBusy, attempt }
}

/** The form. */
export function BeginForm() {
  const [name, setName] = useState('my-images')
  const [parent, setParent] = useState('')
  const { failure, isBusy, attempt } = useAttempt()
  useEffect(() => {
    let isOver = false
    findParent().then(
      (found) => !isOver && setParent((before) => before || found),
      () => {},
    )
    return () => void (isOver = true)
  }, [])
  const why = whyNoFolderName(tidyName(name))
  const browse = (take: (path: string) => Promise<void> | void): void =>
    attempt(async () => {
      const path = await choosePath('openFolder', parent === '' ? undefined : joinPath(parent, ''))
      if (path !== null) await take(path)
    })
  const make = (): void =>
    attempt(
      async () => {
        await beginNew(parent, name)
        localStorage.setItem(lastParentKey, parent)
      },
      joinPath(parent, tidyName(name)),
    )
  return (
    <div className={styles.begin}>
      <Stack gap={14} w="min(460px, 100%)">
        <IconPhotoPlus size={40} stroke={1.25} aria-hidden className={styles.beginIcon} />
        <Text size="sm" c="dimmed" ta="center">
          Sort images into classes: drop, paste or choose them, or take them with the webcam. Each is saved at once in
          an ordinary folder, one folder per class, and nothing leaves this machine.
        </Text>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (why === null && parent !== '' && !isBusy) make()
          }}
        >
          <Stack gap={10}>
            <TextInput
              label="Name"
              data-autofocus
              value={name}
              error={why === null || name === '' ? undefined : `The name ${why}.`}
              onChange={(event) => setName(event.currentTarget.value)}
              onFocus={(event) => event.currentTarget.select()}
            />
            <TextInput
              label="In the folder"
              classNames={{ input: styles.mono }}
              spellCheck={false}
              value={parent}
              onChange={(event) => setParent(event.currentTarget.value)}
              rightSectionWidth={78}
              rightSection={
                <Button size="compact-xs" variant="default" onClick={() => browse(setParent)}>
                  Browse
                </Button>
              }
            />
            <Group justify="space-between">
              <Button
                variant="default"
                leftSection={<IconFolderOpen size={14} aria-hidden />}
                disabled={isBusy}
                onClick={() => browse(takeUp)}
              >
                Take up a folder that is there
              </Button>
              <Button type="submit" disabled={why !== null || parent === ''} loading={isBusy}>
                Begin
              </Button>
            </Group>
          </Stack>
        </form>
        {failure && (
          <Notice tone="error">
            <FailureText
              error={failure.error}
              ways={
                failure.folder === null
                  ? []
                  : [{ label: 'Take that folder up', run: () => attempt(() => takeUp(failure.folder ?? '')) }]
              }
            />
          </Notice>
        )}
      </Stack>
    </div>
  )
}
