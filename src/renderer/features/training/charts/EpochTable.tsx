// The epochs of a run as a table: what the curves show, in numbers.
import { printAccuracy, printCount, printDuration } from '../../../../shared/graph/printNumbers'
import { describeBest } from '../../../../shared/training/trainingSigns'
import { Box, Table } from '@mantine/core'
import { IconStarFilled } from '@tabler/icons-react'
import type { EpochRow } from '../follow/metricColumns'
import { printLoss, printRate } from '../../../kernel/print/printTraining'
import classes from '../training.module.css'

/** One row per epoch, the newest first; the best so far carries a star. */
export function EpochTable({ epochs }: { readonly epochs: readonly EpochRow[] }) {
  const best = epochs.findLast((epoch) => epoch.best)?.epoch
  const bestBy = `best ${describeBest(epochs.some(({ val }) => val !== null))}`
  return (
    <Box component="section" className={classes.tableBox} tabIndex={0} aria-label="Epochs">
      <Table stickyHeader className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Epoch</Table.Th>
            <Table.Th>Step</Table.Th>
            <Table.Th>Training loss</Table.Th>
            <Table.Th>Training accuracy</Table.Th>
            <Table.Th>Validation loss</Table.Th>
            <Table.Th>Validation accuracy</Table.Th>
            <Table.Th>Learning rate</Table.Th>
            <Table.Th>Time</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {epochs.toReversed().map(({ epoch, step, train, val, learningRate, seconds }) => (
            <Table.Tr key={epoch}>
              <Table.Td>
                {epoch}
                {epoch === best && (
                  <IconStarFilled className={classes.star} size={12} aria-label={bestBy} title={bestBy} />
                )}
              </Table.Td>
              <Table.Td>{printCount(step)}</Table.Td>
              <Table.Td>{printLoss(train.loss)}</Table.Td>
              <Table.Td>{printAccuracy(train.accuracy)}</Table.Td>
              <Table.Td>{val ? printLoss(val.loss) : '–'}</Table.Td>
              <Table.Td>{val ? printAccuracy(val.accuracy) : '–'}</Table.Td>
              <Table.Td>{printRate(learningRate)}</Table.Td>
              <Table.Td>{seconds === null ? '–' : printDuration(seconds)}</Table.Td>
            </Table.Tr>
          ))}
          {epochs.length === 0 && (
            <Table.Tr>
              <Table.Td colSpan={8}>No epoch has ended yet.</Table.Td>
            </Table.Tr>
          )}
        </Table.Tbody>
      </Table>
    </Box>
  )
}
