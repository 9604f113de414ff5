// Documents that were open lately, latest first.
import { ActionIcon, Skeleton, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { IconTopologyStar3, IconVector, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Ago } from '../../kernel/parts/Ago'
import { client, connectionStore, messageOf, type Client } from '../../kernel/core/client'
import { isForeignModel, openPath } from '../../session/document/documentFlows'
import { showFailure } from '../../kernel/parts/showFailure'
import classes from './Welcome.module.css'

type RecentFile = Awaited<ReturnType<Client['projects']['recent']>>[number]

const shownCount = 8

function useRecentFiles() {
  const [files, setFiles] = useState<readonly RecentFile[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    const load = (): void => {
      client.projects.recent().then(
        (found) => {
          setFiles(found)
          setProblem(null)
        },
        (error: unknown) => setProblem(messageOf(error)),
      )
    }
    load()
    return connectionStore.subscribe((state, before) => {
      if (state.connections !== before.connections) load()
    })
  }, [])
  const forget = (path: string): void => {
    setFiles((all) => all?.filter((file) => file.path !== path) ?? null)
    client.projects.forget({ path }).catch((error: unknown) => showFailure('The file is still in the list', error))
  }
  return { files, problem, forget }
}

/** The list. */
export function RecentFiles() {
  const { files, problem, forget } = useRecentFiles()
  const open = (path: string): void => {
    openPath(path).catch((error: unknown) => showFailure('The file was not opened', error))
  }
  return (
    <section aria-labelledby="recent">
      <Text component="h2" id="recent" className={classes.heading}>
        Recent
      </Text>
      {problem !== null && <p className={classes.note}>{problem}</p>}
      {files === null && problem === null && <Skeleton h={72} />}
      {files?.length === 0 && <p className={classes.note}>Networks that you save or open are listed here.</p>}
      {files?.slice(0, shownCount).map((file) => (
        <div key={file.path} className={classes.recent}>
          <Tooltip label={file.path} position="right">
            <UnstyledButton className={classes.recentFile} onClick={() => open(file.path)}>
              {isForeignModel(file.path) ? (
                <IconVector size={16} stroke={1.5} aria-hidden />
              ) : (
                <IconTopologyStar3 size={16} stroke={1.5} aria-hidden />
              )}
              <span className={classes.recentName}>{file.name}</span>
              <span className={classes.recentTime}>
                <Ago sinceMs={file.openedMs} />
              </span>
            </UnstyledButton>
          </Tooltip>
          <ActionIcon size={22} aria-label={`Remove ${file.name} from the list`} onClick={() => forget(file.path)}>
            <IconX size={14} stroke={1.5} aria-hidden />
          </ActionIcon>
        </div>
      ))}
    </section>
  )
}
