// The networks of two runs, layer by layer, as each was trained.
import { Group, Modal, Select, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { FailureText } from '../../kernel/failures/FailureText'
import { Notice } from '../../kernel/parts/Notice'
import { DocumentDiffView } from '../../session/diff/DocumentDiffView'
import { trainedDocumentQuery } from '../../session/diff/trainedDocument'

/** The first run, and the first that has another network. */
function choosePair(runs: readonly RunSummary[]): readonly [string, string] {
  const [first] = runs
  const other = runs.find(({ structure }) => structure !== first?.structure)
  return [first?.id ?? '', other?.id ?? '']
}

/** The window. */
export function NetworkDiffDialog({
  runs,
  onClose,
}: {
  readonly runs: readonly RunSummary[]
  readonly onClose: () => void
}) {
  const [[from, to], choose] = useState(() => choosePair(runs))
  const before = useQuery(trainedDocumentQuery(from))
  const after = useQuery(trainedDocumentQuery(to))
  const error: unknown = before.error ?? after.error
  const nameOf = (id: string) => runs.find((run) => run.id === id)?.name ?? id
  const options = runs.map(({ id, name }) => ({ value: id, label: name }))
  return (
    <Modal opened onClose={onClose} size={760} title="Networks as they were trained">
      <Stack gap="md">
        <Group grow gap="sm">
          <Select
            label="From"
            data={options}
            value={from}
            allowDeselect={false}
            onChange={(id) => choose([id ?? from, to])}
          />
          <Select
            label="To"
            data={options}
            value={to}
            allowDeselect={false}
            onChange={(id) => choose([from, id ?? to])}
          />
        </Group>
        {error !== null && (
          <Notice tone="error">
            <FailureText error={error} />
          </Notice>
        )}
        {before.data && after.data ? (
          <DocumentDiffView before={before.data} after={after.data} titles={[nameOf(from), nameOf(to)]} />
        ) : (
          error === null && <Skeleton height={160} aria-busy />
        )}
      </Stack>
    </Modal>
  )
}
