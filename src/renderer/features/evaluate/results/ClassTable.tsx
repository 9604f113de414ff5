// Precision and recall of every class as a sortable table.
import { printCount, printShare } from '../../../../shared/graph/printNumbers'
import { Table, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useState } from 'react'
import type { EvaluationResult } from '../../../../shared/contract/modelCalls'
import { sortClassRows, type ClassColumn } from '../model/mistakes'
import styles from '../evaluate.module.css'

const columns: readonly { readonly id: ClassColumn; readonly title: string; readonly help: string }[] = [
  { id: 'name', title: 'Class', help: 'Sort by name' },
  { id: 'count', title: 'Images', help: 'Images of this class' },
  { id: 'recall', title: 'Recall', help: 'Of the images of this class, the share that is found' },
  { id: 'precision', title: 'Precision', help: 'Of the images taken for this class, the share that is of it' },
  { id: 'f1', title: 'F1', help: 'The harmonic mean of precision and recall' },
]

function Share({ value }: { readonly value: number | null }) {
  if (value === null) return <span title="No images to judge by">none</span>
  return (
    <span className={styles.share}>
      <span className={styles.shareTrack}>
        <span className={styles.shareFill} style={{ width: `${100 * value}%` }} />
      </span>
      {printShare(value)}
    </span>
  )
}

/** A press on a title sorts by it; another one turns the order round. */
export function ClassTable({ perClass, confusion }: Pick<EvaluationResult, 'perClass' | 'confusion'>) {
  const [sorting, setSorting] = useState<{ column: ClassColumn | 'index'; isDescending: boolean }>({
    column: 'index',
    isDescending: false,
  })
  const rows = sortClassRows({ perClass, confusion }, sorting.column, sorting.isDescending)
  const Arrow = sorting.isDescending ? IconArrowDown : IconArrowUp
  return (
    <div className={styles.classTable}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ id, title, help }) => {
              const isSorted = sorting.column === id
              const direction = sorting.isDescending ? 'descending' : 'ascending'
              return (
                <Table.Th
                  key={id}
                  aria-sort={isSorted ? direction : undefined}
                  className={id === 'name' ? undefined : styles.right}
                >
                  <UnstyledButton
                    fz={12}
                    fw={600}
                    title={help}
                    onClick={() =>
                      setSorting({ column: id, isDescending: isSorted ? !sorting.isDescending : id !== 'name' })
                    }
                  >
                    {title} {isSorted && <Arrow size={12} aria-hidden />}
                  </UnstyledButton>
                </Table.Th>
              )
            })}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ index, name, count, precision, recall, f1 }) => (
            <Table.Tr key={index}>
              <Table.Th scope="row" fw={400}>
                {name}
              </Table.Th>
              <Table.Td className={styles.right}>{printCount(count)}</Table.Td>
              <Table.Td className={styles.right}>
                <Share value={recall} />
              </Table.Td>
              <Table.Td className={styles.right}>
                <Share value={precision} />
              </Table.Td>
              <Table.Td className={styles.right}>{f1 === null ? <Share value={null} /> : f1.toFixed(3)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
