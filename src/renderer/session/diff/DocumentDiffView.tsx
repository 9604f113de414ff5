// What differs between two networks as two tables: counts, and layers; the comparing is edits/diffDocuments.ts.
import { Badge, Table, Text, UnstyledButton } from '@mantine/core'
import { useMemo } from 'react'
import { diffDocuments, type ChangedNode, type DocumentDiff } from '../../../shared/edits/diffDocuments'
import type { NetworkDocument } from '../../../shared/graph/document'
import { printCount } from '../../../shared/graph/printNumbers'
import { messageOf } from '../../kernel/core/client'
import { Notice } from '../../kernel/parts/Notice'
import { definitionIn } from '../blocks/definitions'
import styles from './diff.module.css'

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

interface Sides {
  /** What the columns of the two states are called. */
  readonly titles: readonly [before: string, after: string]
  /** Shows a layer of the later state; left out where that is not on the screen. */
  readonly onShow?: (id: string) => void
  /** Whether weights of the earlier state are to go on in the later one: then layers are told that start anew. */
  readonly hasWeights?: boolean
}

function Totals({ before, after, titles }: Pick<DocumentDiff, 'before' | 'after'> & Pick<Sides, 'titles'>) {
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
          <Table.Th>{titles[0]}</Table.Th>
          <Table.Th>{titles[1]}</Table.Th>
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

function Rows({ rows, onShow }: Pick<Sides, 'onShow'> & { readonly rows: readonly Row[] }) {
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
                {!onShow || kind === 'removed' || kind === 'expanded' ? (
                  <span className={styles.mono}>{id}</span>
                ) : (
                  <UnstyledButton className={styles.layer} onClick={() => onShow(id)}>
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

/** Compares; a network that cannot be analysed gives the reason. */
function useDiff(before: NetworkDocument, after: NetworkDocument) {
  return useMemo(() => {
    try {
      const diff = diffDocuments(before, after)
      return { diff, rows: listRows(diff, (type) => titleIn([after, before], type)) }
    } catch (error) {
      return messageOf(error)
    }
  }, [before, after])
}

/** The tables. */
export function DocumentDiffView({
  before,
  after,
  titles,
  onShow,
  hasWeights = false,
}: Sides & { readonly before: NetworkDocument; readonly after: NetworkDocument }) {
  const found = useDiff(before, after)
  if (typeof found === 'string') return <Notice tone="error">{found}</Notice>
  const rows = found.rows.filter(({ kind }) => hasWeights || kind !== 'anew')
  return (
    <>
      <Totals before={found.diff.before} after={found.diff.after} titles={titles} />
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          No layer, parameter or connection is another one.
        </Text>
      ) : (
        <Rows rows={rows} onShow={onShow} />
      )}
    </>
  )
}
