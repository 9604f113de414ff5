// What changed between an earlier state of the network, or another document, and the present one; the comparing is edits/diffDocuments.ts.
import { printCount } from '../../../../shared/graph/printNumbers'
import { Badge, Button, Group, Modal, Select, Stack, Table, Text, UnstyledButton } from '@mantine/core'
import { useMemo, useState } from 'react'
import { diffDocuments, type ChangedNode, type DocumentDiff } from '../../../../shared/edits/diffDocuments'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { parseDocument } from '../../../../shared/graph/schema'
import { choosePath } from '../../../kernel/dialogs/questions'
import { fileNameOf } from '../../../kernel/dialogs/filePaths'
import { Notice } from '../../../kernel/parts/Notice'
import { focusNode } from '../../../session/view/focusNode'
import { client, messageOf } from '../../../kernel/core/client'
import { definitionIn } from '../../../session/blocks/definitions'
import { useDocument, useDocumentStore } from '../../../session/document/documentStore'
import { uiStore } from '../../../kernel/ui/uiStore'
import { showDiff } from './diffStore'
import styles from '../models.module.css'

interface Base {
  readonly value: string
  readonly label: string
  readonly document: NetworkDocument
}

/** The states to compare with: as it was opened, as it was saved, and another document. */
function useBases(other: Base | null): readonly Base[] {
  const opened = useDocumentStore((state) => state.opened)
  const saved = useDocumentStore((state) => (state.path === null ? null : state.saved))
  return [
    { value: 'opened', label: 'As it was opened', document: opened },
    ...(saved ? [{ value: 'saved', label: 'As it was last saved', document: saved }] : []),
    ...(other ? [other] : []),
  ]
}

function printValue(value: unknown): string {
  return value === undefined ? 'not set' : typeof value === 'string' ? value : JSON.stringify(value)
}

type TitleOf = (type: string) => string

function describeChange(change: ChangedNode, titleOf: TitleOf): readonly string[] {
  const { renamedFrom, typeBefore, parameters, frozen, rewired } = change
  return [
    ...(renamedFrom === undefined ? [] : [`renamed from ${renamedFrom}`]),
    ...(typeBefore === undefined ? [] : [`was: ${titleOf(typeBefore)}`]),
    ...parameters.map(({ name, before, after }) => `${name}: ${printValue(before)} to ${printValue(after)}`),
    ...(frozen === undefined ? [] : [frozen ? 'frozen' : 'unfrozen']),
    ...(rewired ? ['takes its inputs from elsewhere'] : []),
  ]
}

function Totals({ before, after }: Pick<DocumentDiff, 'before' | 'after'>) {
  const rows = [
    { title: 'Parameters', key: 'parameters' },
    { title: 'Trainable', key: 'trainable' },
    { title: 'MACs', key: 'macs' },
  ] as const
  return (
    <Table className={styles.totals} withRowBorders={false}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th aria-label="Count" />
          <Table.Th>Before</Table.Th>
          <Table.Th>Now</Table.Th>
          <Table.Th>Change</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ title, key }) => {
          const change = after[key] - before[key]
          return (
            <Table.Tr key={key}>
              <Table.Th>{title}</Table.Th>
              <Table.Td>{printCount(before[key])}</Table.Td>
              <Table.Td>{printCount(after[key])}</Table.Td>
              <Table.Td>{change === 0 ? '' : `${change > 0 ? '+' : '\u2212'}${printCount(Math.abs(change))}`}</Table.Td>
            </Table.Tr>
          )
        })}
      </Table.Tbody>
    </Table>
  )
}

interface Row {
  readonly kind: 'added' | 'removed' | 'changed' | 'expanded' | 'collapsed' | 'shortcut' | 'anew'
  readonly id: string
  readonly texts: readonly string[]
}

const kindTitles: Readonly<Record<Row['kind'], string>> = {
  added: 'Added',
  removed: 'Removed',
  changed: 'Changed',
  expanded: 'Expanded',
  collapsed: 'Collapsed',
  shortcut: 'New shortcut',
  anew: 'Starts anew',
}

function listRows(diff: DocumentDiff, titleOf: TitleOf): readonly Row[] {
  const same = 'computes as before'
  return [
    ...diff.added.map(({ id, type }): Row => ({ kind: 'added', id, texts: [titleOf(type)] })),
    ...diff.removed.map(({ id, type }): Row => ({ kind: 'removed', id, texts: [titleOf(type)] })),
    ...diff.shortcuts.map(({ from, to }): Row => ({ kind: 'shortcut', id: to, texts: [`from ${from}`] })),
    ...diff.changed.map((change): Row => ({ kind: 'changed', id: change.id, texts: describeChange(change, titleOf) })),
    ...diff.regrouped.map(({ id, type, how }): Row => ({ kind: how, id, texts: [titleOf(type), same] })),
    ...diff.reinitialised.map((id): Row => ({ kind: 'anew', id, texts: ['its weights cannot be kept'] })),
  ]
}

const mostRows = 300

function Rows({ rows }: { readonly rows: readonly Row[] }) {
  const show = (id: string): void => {
    showDiff(false)
    uiStore.getState().setScreen('design')
    focusNode(id)
  }
  return (
    <>
      <Table className={styles.rows} aria-label="Changes">
        <Table.Tbody>
          {rows.slice(0, mostRows).map(({ kind, id, texts }) => (
            <Table.Tr key={`${kind} ${id} ${texts.join()}`}>
              <Table.Td>
                <Badge variant="light" color="gray" tt="none" className={styles.kind} data-kind={kind}>
                  {kindTitles[kind]}
                </Badge>
              </Table.Td>
              <Table.Td>
                {kind === 'removed' || kind === 'expanded' ? (
                  <span className={styles.mono}>{id}</span>
                ) : (
                  <UnstyledButton className={styles.anewLayer} onClick={() => show(id)}>
                    {id}
                  </UnstyledButton>
                )}
              </Table.Td>
              <Table.Td>{texts.join('; ')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rows.length > mostRows && <Text size="xs">and {printCount(rows.length - mostRows)} more</Text>}
    </>
  )
}

/** The name of a type as people know it, from whichever state has it. */
function titleIn(documents: readonly NetworkDocument[], type: string): string {
  for (const document of documents) {
    const definition = definitionIn(document, type)
    if (definition) return definition.title
  }
  return type
}

/** Compares; a document that cannot be analysed gives the reason. */
function useDiff(before: NetworkDocument | undefined) {
  const present = useDocument()
  return useMemo(() => {
    if (!before) return undefined
    try {
      const diff = diffDocuments(before, present)
      return { diff, rows: listRows(diff, (type) => titleIn([present, before], type)) }
    } catch (error) {
      return messageOf(error)
    }
  }, [before, present])
}

/** The dialog. */
export function DiffDialog() {
  const [other, setOther] = useState<Base | null>(null)
  const [chosen, setChosen] = useState('opened')
  const [error, setError] = useState<string | null>(null)
  const bases = useBases(other)
  const found = useDiff((bases.find(({ value }) => value === chosen) ?? bases[0])?.document)
  async function chooseOther(): Promise<void> {
    setError(null)
    const path = await choosePath('openDocument')
    if (path === null) return
    const { text } = await client.projects.open({ path })
    setOther({ value: path, label: fileNameOf(path), document: parseDocument(text) })
    setChosen(path)
  }
  return (
    <Modal opened onClose={() => showDiff(false)} size={720} title="What changed">
      <Stack gap="md">
        <Group gap="sm" align="end">
          <Select
            flex={1}
            label="Compared with"
            data={bases.map(({ value, label }) => ({ value, label }))}
            value={chosen}
            allowDeselect={false}
            onChange={(value) => setChosen(value ?? 'opened')}
          />
          <Button
            variant="default"
            onClick={() => {
              chooseOther().catch((failure: unknown) => setError(messageOf(failure)))
            }}
          >
            Another document
          </Button>
        </Group>
        {error !== null && <Notice tone="error">{error}</Notice>}
        {typeof found === 'string' && <Notice tone="error">{found}</Notice>}
        {found !== undefined && typeof found !== 'string' && (
          <>
            <Totals before={found.diff.before} after={found.diff.after} />
            {found.rows.length === 0 ? (
              <Text size="sm" c="dimmed">
                No layer, parameter or connection is another one.
              </Text>
            ) : (
              <Rows rows={found.rows} />
            )}
          </>
        )}
      </Stack>
    </Modal>
  )
}
