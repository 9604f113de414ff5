// Documents that were open lately, latest first.
import { ActionIcon, Skeleton, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { IconTopologyStar3, IconVector, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Ago } from '../../kernel/parts/Ago'
import { client, messageOf, useConnection } from '../../kernel/core/client'
import { queries, queryClient } from '../../kernel/queries/queryClient'
import { isForeignModel, openPath } from '../../session/document/documentFlows'
import { showFailure } from '../../kernel/failures/showFailure'
import classes from './Welcome.module.css'

const shownCount = 8

const recentQuery = queries.projects.recent.queryOptions({ staleTime: 0 })

function useRecentFiles() {
  const { connections } = useConnection()
  const { data, error, refetch } = useQuery(recentQuery)
  const isFirst = useRef(true)
  useEffect(() => {
    // The list is read when it appears; another core, or one that was started anew, has another one.
    if (!isFirst.current && connections >= 0) void refetch()
    isFirst.current = false
  }, [connections, refetch])
  const forget = (path: string): void => {
    queryClient.setQueryData(recentQuery.queryKey, (all) => all?.filter((file) => file.path !== path))
    client.projects.forget({ path }).catch((failure: unknown) => {
      showFailure('The file is still in the list', failure)
      void refetch()
    })
  }
  return { files: data ?? null, problem: error ? messageOf(error) : null, forget }
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
