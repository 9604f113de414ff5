// The bar at the bottom: counts, problems, what is running, the tour and the connection.
import { printCount, printShort } from '../../../shared/graph/printNumbers'
import { Popover, Progress, Tooltip, UnstyledButton } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconPlugConnected,
  IconPlugConnectedX,
  IconRoute,
} from '@tabler/icons-react'
import { useState } from 'react'
import { reconnectNow, useConnection } from '../../kernel/core/client'
import { runCommand } from '../../kernel/commands/commands'
import { useAnalysis, useDocumentStore } from '../../session/document/documentStore'
import { useIssues } from '../../session/dataset/useIssues'
import { tourSteps, uiStore, useUiStore } from '../../kernel/ui/uiStore'
import classes from './StatusBar.module.css'
import { TourChecklist } from './TourChecklist'

function Counts() {
  const { parameters, macs, layers } = useAnalysis()
  if (layers.length === 0) return null
  return (
    <>
      <Tooltip label={`${printCount(parameters.total)} parameters, ${printCount(parameters.frozen)} of them frozen`}>
        <span className={classes.item}>{printShort(parameters.total)} parameters</span>
      </Tooltip>
      <Tooltip label={`${printCount(macs)} multiply-accumulates, ${printCount(2 * macs)} FLOPs for one image`}>
        <span className={classes.item}>{printShort(macs)} MACs</span>
      </Tooltip>
    </>
  )
}

function Problems() {
  const issues = useIssues()
  const isEmpty = useDocumentStore((state) => state.document.nodes.length === 0)
  const errors = issues.filter(({ level }) => level === 'error').length
  const warnings = issues.length - errors
  const text = [
    errors > 0 ? `${errors} error${errors === 1 ? '' : 's'}` : '',
    warnings > 0 ? `${warnings} warning${warnings === 1 ? '' : 's'}` : '',
  ].filter((part) => part !== '')
  const level = errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'none'
  const ProblemIcon = level === 'error' ? IconCircleX : level === 'warning' ? IconAlertTriangle : IconCircleCheck
  const show = (): void => {
    const ui = uiStore.getState()
    ui.setScreen('design')
    ui.setPanel('bottom', { isCollapsed: false })
    runCommand('inspector.showProblems')
  }
  // A network that was not begun has no problems yet.
  if (isEmpty) return null
  return (
    <UnstyledButton className={classes.button} data-level={level} onClick={show}>
      <ProblemIcon size={14} stroke={1.75} aria-hidden />
      {text.length === 0 ? 'No problems' : text.join(', ')}
    </UnstyledButton>
  )
}

function Activities() {
  const activities = useUiStore((state) => state.activities)
  const setScreen = useUiStore((state) => state.setScreen)
  return Array.from(activities, ([id, { label, fraction, screen, open }]) => (
    <UnstyledButton
      key={id}
      className={classes.button}
      disabled={screen === undefined}
      onClick={() => (open ? open() : screen && setScreen(screen))}
    >
      {label}
      {fraction !== null && (
        <Progress value={100 * fraction} w={72} size={4} aria-label={label} transitionDuration={150} />
      )}
    </UnstyledButton>
  ))
}

function Tour() {
  const done = useUiStore((state) => state.tourDone)
  const isDismissed = useUiStore((state) => state.isTourDismissed)
  const screen = useUiStore((state) => state.screen)
  const [isOpen, setOpen] = useState(false)
  if (isDismissed || screen === 'welcome') return null
  return (
    <Popover opened={isOpen} onChange={setOpen} position="top-end" width={320} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.button} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <IconRoute size={14} stroke={1.75} aria-hidden />
          Tour {done.length} of {tourSteps.length}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label="Five-minute tour">
        <TourChecklist onGo={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  )
}

const connectionTexts = {
  connecting: 'Connecting',
  connected: 'Connected',
  lost: 'Connection lost, trying again',
  noToken: 'No key',
  refused: 'Key not taken',
} as const

function Connection() {
  const { status } = useConnection()
  const isWell = status === 'connected'
  const ConnectionIcon = isWell ? IconPlugConnected : IconPlugConnectedX
  if (status !== 'lost') {
    return (
      <output className={classes.item} data-level={status === 'noToken' || status === 'refused' ? 'error' : undefined}>
        <ConnectionIcon size={14} stroke={1.75} aria-hidden />
        {connectionTexts[status]}
      </output>
    )
  }
  return (
    <Tooltip label="Try at once. It is also tried by itself.">
      <UnstyledButton className={classes.button} data-level="error" onClick={reconnectNow}>
        <ConnectionIcon size={14} stroke={1.75} aria-hidden />
        <output>{connectionTexts.lost}</output>
      </UnstyledButton>
    </Tooltip>
  )
}

/** The bar at the bottom. */
export function StatusBar() {
  return (
    <footer className={classes.bar}>
      <Counts />
      <Problems />
      <div className={classes.space} />
      <Activities />
      <Tour />
      <Connection />
    </footer>
  )
}
