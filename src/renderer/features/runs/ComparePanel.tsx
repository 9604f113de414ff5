// What several selected runs have differently: results, network and recipe side by side, and a window for their layers.
import { Box, Button, Switch, Table, Text } from '@mantine/core'
import { IconTopologyStar3 } from '@tabler/icons-react'
import { useState } from 'react'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { CurveSample } from '../../kernel/charts/CurveSample'
import { curveLook } from '../../kernel/charts/curveLooks'
import { compareRuns } from './compareRuns'
import { NetworkDiffDialog } from './NetworkDiffDialog'
import classes from './runs.module.css'

/** The panel. */
export function ComparePanel({ runs }: { readonly runs: readonly RunSummary[] }) {
  const [hasAll, setAll] = useState(false)
  const [isDiffing, setDiffing] = useState(false)
  const facts = compareRuns(runs).filter(({ isDifferent }) => hasAll || isDifferent)
  const isOneNetwork = runs.every(({ structure }) => structure === runs[0]?.structure)
  return (
    <aside className={classes.compare} aria-label="Differences of the selected runs">
      <div className={classes.compareHead}>
        <Text fw={600}>{runs.length} runs</Text>
        <Switch
          size="xs"
          label="What is alike too"
          checked={hasAll}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
        <span className={classes.spacer} />
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconTopologyStar3 size={14} aria-hidden />}
          disabled={isOneNetwork}
          title={isOneNetwork ? 'They trained the same network' : undefined}
          onClick={() => setDiffing(true)}
        >
          Networks layer by layer
        </Button>
      </div>
      <Box component="section" className={classes.compareBox} tabIndex={0} aria-label="Table of differences">
        <Table className={classes.compareTable} aria-label="Differences" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th aria-label="Fact" />
              {runs.map(({ id, name }, index) => (
                <Table.Th key={id}>
                  <CurveSample look={curveLook(index)} /> {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {facts.map(({ name, values, isDifferent }) => (
              <Table.Tr key={name} data-different={isDifferent || undefined}>
                <Table.Th>{name}</Table.Th>
                {values.map((value, index) => (
                  <Table.Td key={runs[index]?.id}>{value}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {facts.length === 0 && (
          <Text size="xs" c="dimmed">
            They are alike in everything.
          </Text>
        )}
      </Box>
      {isDiffing && <NetworkDiffDialog runs={runs} onClose={() => setDiffing(false)} />}
    </aside>
  )
}
