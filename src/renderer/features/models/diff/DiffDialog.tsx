// What changed between an earlier state of the network, another document or a run, and the present one; the tables are session/diff.
import { Button, Group, Modal, Select, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { parseDocument } from '../../../../shared/graph/schema'
import { FailureText } from '../../../kernel/failures/FailureText'
import { choosePath } from '../../../kernel/dialogs/questions'
import { fileNameOf } from '../../../kernel/dialogs/filePaths'
import { Notice } from '../../../kernel/parts/Notice'
import { useRunList } from '../../../kernel/queries/runList'
import { DocumentDiffView } from '../../../session/diff/DocumentDiffView'
import { trainedDocumentQuery } from '../../../session/diff/trainedDocument'
import { focusNode } from '../../../session/view/focusNode'
import { client } from '../../../kernel/core/client'
import { useDocument, useDocumentStore } from '../../../session/document/documentStore'
import { uiStore } from '../../../kernel/ui/uiStore'
import { diffStore, showDiff } from './diffStore'

interface Base {
  readonly value: string
  readonly label: string
  /** undefined: it is being read. */
  readonly document: NetworkDocument | undefined
}

/** The network of the run that was asked about; null where none was. */
function useRunBase(): { readonly base: Base | null; readonly error: unknown } {
  const run = useStore(diffStore, (state) => state.run)
  const { data: runs } = useRunList()
  const { data, error } = useQuery({ ...trainedDocumentQuery(run ?? ''), enabled: run !== null })
  if (run === null) return { base: null, error: null }
  const name = runs?.find(({ id }) => id === run)?.name ?? fileNameOf(run)
  return { base: { value: `run ${run}`, label: `As ${name} was trained`, document: data }, error }
}

/** The states to compare with: as a run was trained, as it was opened, as it was saved, and another document. */
function useBases(ofRun: Base | null, other: Base | null): readonly Base[] {
  const opened = useDocumentStore((state) => state.opened)
  const saved = useDocumentStore((state) => (state.path === null ? null : state.saved))
  return [
    ...(ofRun ? [ofRun] : []),
    { value: 'opened', label: 'As it was opened', document: opened },
    ...(saved ? [{ value: 'saved', label: 'As it was last saved', document: saved }] : []),
    ...(other ? [other] : []),
  ]
}

function showLayer(id: string): void {
  showDiff(false)
  uiStore.getState().setScreen('design')
  focusNode(id)
}

/** The dialog. */
export function DiffDialog() {
  const [other, setOther] = useState<Base | null>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const present = useDocument()
  const ofRun = useRunBase()
  const bases = useBases(ofRun.base, other)
  const base = bases.find(({ value }) => value === chosen) ?? bases[0]
  async function chooseOther(): Promise<void> {
    setError(null)
    const path = await choosePath('openDocument')
    if (path === null) return
    const { text } = await client.projects.open({ path })
    setOther({ value: path, label: fileNameOf(path), document: parseDocument(text) })
    setChosen(path)
  }
  const problem = error ?? ofRun.error
  return (
    <Modal opened onClose={() => showDiff(false)} size={720} title="What changed">
      <Stack gap="md">
        <Group gap="sm" align="end">
          <Select
            flex={1}
            label="Compared with"
            data={bases.map(({ value, label }) => ({ value, label }))}
            value={base?.value ?? null}
            allowDeselect={false}
            onChange={setChosen}
          />
          <Button
            variant="default"
            onClick={() => {
              chooseOther().catch(setError)
            }}
          >
            Another document
          </Button>
        </Group>
        {problem !== null && (
          <Notice tone="error">
            <FailureText error={problem} />
          </Notice>
        )}
        {base?.document && (
          <DocumentDiffView
            before={base.document}
            after={present}
            titles={['Before', 'Now']}
            onShow={showLayer}
            hasWeights
          />
        )}
        {base && !base.document && problem === null && <Skeleton height={120} aria-busy />}
      </Stack>
    </Modal>
  )
}
