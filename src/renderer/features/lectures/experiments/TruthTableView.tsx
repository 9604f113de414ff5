// What a network says of every row of its truth table, epoch by epoch, with the plane of a perceptron; and its map of two inputs.
import { Slider, Table, Text } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { truthTables } from '../../../../shared/datasets/truthTables'
import { countWrong, printPlane } from '../../../../shared/lectures/experiments/perceptronRule'
import type { TableResult, VariantResult } from '../../../../shared/lectures/experiments/results'
import { PlaneMap } from './PlaneMap'
import styles from './experiments.module.css'

function printOutput(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3)
}

function Rows({ table, place }: { readonly table: TableResult; readonly place: number }) {
  const rows = truthTables[table.name]
  const epoch = table.epochs[place]
  return (
    <Table className={styles.rows} withRowBorders={false}>
      <Table.Thead>
        <Table.Tr>
          {rows[0]?.inputs.map((_, index) => (
            <Table.Th key={index}>x{index + 1}</Table.Th>
          ))}
          <Table.Th>y</Table.Th>
          <Table.Th>Output</Table.Th>
          <Table.Th>Answer</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ inputs, answer }, row) => {
          const isRight = epoch?.answers[row] === answer
          return (
            <Table.Tr key={inputs.join('')} data-wrong={!isRight || undefined}>
              {inputs.map((bit, index) => (
                <Table.Td key={index}>{bit}</Table.Td>
              ))}
              <Table.Td>{answer}</Table.Td>
              <Table.Td>{printOutput(epoch?.outputs[row] ?? NaN)}</Table.Td>
              <Table.Td>
                <span className={styles.answer}>
                  {isRight ? (
                    <IconCheck size={14} color="var(--nl-success)" aria-label="right" />
                  ) : (
                    <IconX size={14} color="var(--nl-error)" aria-label="wrong" />
                  )}
                  {epoch?.answers[row]}
                </span>
              </Table.Td>
            </Table.Tr>
          )
        })}
      </Table.Tbody>
    </Table>
  )
}

/** The table of a network, with a slider over the epochs. */
export function TruthTableView({ title, result }: { readonly title: string; readonly result: VariantResult }) {
  const { table, field } = result
  const last = (table?.epochs.length ?? 1) - 1
  const [place, setPlace] = useState(last)
  const epoch = table?.epochs[place]
  if (!table || !epoch) return null
  const wrong = countWrong(table, epoch.answers)
  const count = epoch.answers.length
  const when = epoch.epoch === 0 ? 'Before training' : `After epoch ${epoch.epoch}`
  const labelOf = (index: number) => `Epoch ${table.epochs[index]?.epoch ?? ''}`
  return (
    <section className={styles.table} aria-label={title}>
      <h3 className={styles.subheading}>{title}</h3>
      <div className={styles.tableParts}>
        <div className={styles.tableText}>
          <Rows table={table} place={place} />
          <Text size="xs" component="output" className={styles.note}>
            {when}: {count - wrong} of {count} rows right.
          </Text>
          {epoch.plane && (
            <Text size="xs" className={styles.equation}>
              {printPlane(epoch.plane)}
            </Text>
          )}
          <Slider
            size="sm"
            min={0}
            max={last}
            value={place}
            onChange={setPlace}
            label={labelOf}
            thumbLabel={`Epoch of ${title}`}
            thumbValueText={labelOf(place)}
          />
        </div>
        {field && <PlaneMap field={field} table={table} place={place} />}
      </div>
    </section>
  )
}
