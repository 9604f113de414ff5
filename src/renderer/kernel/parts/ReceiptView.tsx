// The receipt of a comparison between two programs on the same inputs: a verdict in words and the differences; not the comparing.
import { Skeleton, Table } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconHelpCircle, type Icon } from '@tabler/icons-react'
import { describeInputs, judge, judgeAll, printDifference, type Comparison, type Verdict } from './receipts'
import styles from './receiptView.module.css'

const icons: Readonly<Record<Verdict, Icon>> = {
  equal: IconCircleCheck,
  close: IconAlertTriangle,
  different: IconCircleX,
  unknown: IconHelpCircle,
}

const words: Readonly<Record<Verdict, string>> = {
  equal: 'equal but for rounding',
  close: 'close, but more than rounding',
  different: 'different',
  unknown: 'not compared',
}

export interface ReceiptViewProps {
  /** What is compared: `The network gives what the file gives`. */
  readonly titles: Readonly<Record<Verdict, string>>
  /** null while it is made. */
  readonly comparisons: readonly Comparison[] | null
  readonly remarks?: readonly string[]
}

/** A verdict with its numbers. */
export function ReceiptView({ titles, comparisons, remarks = [] }: ReceiptViewProps) {
  if (comparisons === null) return <Skeleton height={96} aria-label="Comparing" />
  const verdict = judgeAll(comparisons)
  const VerdictIcon = icons[verdict]
  return (
    <section className={styles.receipt} data-verdict={verdict} aria-label="Receipt">
      <p className={styles.verdict}>
        <VerdictIcon size={18} aria-hidden />
        {titles[verdict]}
      </p>
      {comparisons.length > 0 && (
        <Table withRowBorders={false} verticalSpacing={2} className={styles.receiptTable}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Inputs</Table.Th>
              <Table.Th>Output</Table.Th>
              <Table.Th>Largest difference</Table.Th>
              <Table.Th>Relative</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {comparisons.map((comparison) => (
              <Table.Tr key={`${comparison.output} ${comparison.inputs} ${comparison.count}`}>
                <Table.Td>{describeInputs(comparison)}</Table.Td>
                <Table.Td className={styles.mono}>{comparison.output}</Table.Td>
                <Table.Td className={styles.number}>{printDifference(comparison.maxAbs)}</Table.Td>
                <Table.Td className={styles.number} title={words[judge(comparison)]}>
                  {printDifference(comparison.maxRel)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {remarks.map((remark) => (
        <p key={remark} className={styles.remark}>
          {remark}
        </p>
      ))}
    </section>
  )
}
