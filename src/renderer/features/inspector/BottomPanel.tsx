// The bottom panel: the problems of the network, the analysis of its layers and their cost over depth, one tab each.
import { Tabs } from '@mantine/core'
import { DepthChart } from './analysis/DepthChart'
import { useRegisterCommands } from '../../kernel/commands/commands'
import { useIssues } from '../../session/dataset/useIssues'
import { AnalysisTable } from './analysis/AnalysisTable'
import { bottomCommands, bottomTabs, showBottomTab, useBottomTab } from './bottomTab'
import classes from './inspector.module.css'
import { ProblemsList } from './problems/ProblemsList'

/** Problems, Analysis and Cost over depth; only the open tab is drawn. */
export function BottomPanel() {
  const tab = useBottomTab()
  useRegisterCommands(bottomCommands)
  const issues = useIssues()
  const errors = issues.filter(({ level }) => level === 'error').length
  return (
    <Tabs
      value={tab}
      onChange={(next) => showBottomTab(bottomTabs.find((each) => each === next) ?? 'problems')}
      keepMounted={false}
      classNames={{ root: classes.panel, list: classes.tabs, tab: classes.tab, panel: classes.tabPanel }}
    >
      <Tabs.List aria-label="Problems and analysis">
        <Tabs.Tab value="problems" rightSection={<Count count={issues.length} isError={errors > 0} />}>
          Problems
        </Tabs.Tab>
        <Tabs.Tab value="analysis">Analysis</Tabs.Tab>
        <Tabs.Tab value="depth">Cost over depth</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="problems">
        <ProblemsList />
      </Tabs.Panel>
      <Tabs.Panel value="analysis">
        <AnalysisTable />
      </Tabs.Panel>
      <Tabs.Panel value="depth">
        <DepthChart />
      </Tabs.Panel>
    </Tabs>
  )
}

function Count({ count, isError }: { readonly count: number; readonly isError: boolean }) {
  if (count === 0) return null
  return <span className={`${classes.count} ${isError ? classes.countError : classes.countWarning}`}>{count}</span>
}
