// The menu of a run.
import { ActionIcon, Menu } from '@mantine/core'
import { IconChartLine, IconDots, IconPlayerPlay, IconTarget, IconTopologyStar3, IconTrash } from '@tabler/icons-react'
import { isResumable } from '../../../shared/training/runStates'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { evaluateRun, resumeRun, showCurves } from './runActions'
import { openAsTrained } from '../../session/runs/openAsTrained'
import { trashRuns } from './runChanges'

/** What can be done with a run. */
export function RunMenu({ run }: { readonly run: RunSummary }) {
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon aria-label={`Actions of ${run.name}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconChartLine size={16} aria-hidden />} onClick={() => showCurves(run)}>
          Show curves
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPlayerPlay size={16} aria-hidden />}
          disabled={!isResumable(run.state)}
          onClick={() => resumeRun(run)}
        >
          Resume
        </Menu.Item>
        <Menu.Item
          leftSection={<IconTarget size={16} aria-hidden />}
          disabled={run.epochs === 0}
          onClick={() => evaluateRun(run)}
        >
          Evaluate
        </Menu.Item>
        <Menu.Item leftSection={<IconTopologyStar3 size={16} aria-hidden />} onClick={() => void openAsTrained(run)}>
          Open network as trained
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconTrash size={16} aria-hidden />}
          disabled={run.state === 'running'}
          onClick={() => void trashRuns([run])}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
