// The bar at the top: file and its state, the five screens, history, device, Train.
import { stepToRedo, stepToUndo, useCorrectionSteps } from '../../session/dataset/correctionSteps'
import { ActionIcon, Button, Menu, Tooltip, UnstyledButton } from '@mantine/core'
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconChevronDown,
  IconCommand,
  IconHelp,
  IconPlayerPlayFilled,
  IconTopologyStar3,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { showFailure } from '../../kernel/failures/showFailure'
import { queries } from '../../kernel/queries/queryClient'
import { useCommand } from '../../kernel/commands/commands'
import { useDocumentStore } from '../../session/document/documentStore'
import { screenNames, useUiStore, type WorkScreen } from '../../kernel/ui/uiStore'
import { screenTitles } from '../commands/appCommands'
import { DeviceChip } from '../../features/devices/DeviceChip'
import { documentTitle, openPath } from '../../session/document/documentFlows'
import classes from './TopBar.module.css'

function MenuCommand({ id }: { readonly id: string }) {
  const { command, title, shortcut, isEnabled, run } = useCommand(id)
  // A command of a screen that is not shown is no choice.
  if (!command) return null
  return (
    <Menu.Item disabled={!isEnabled} onClick={run} rightSection={<span className={classes.shortcut}>{shortcut}</span>}>
      {title}
    </Menu.Item>
  )
}

const shownRecent = 5

/** Documents that were open lately, but the one on the screen; asked for when the menu opens. */
function RecentItems({ present }: { readonly present: string | null }) {
  const { data } = useQuery(queries.projects.recent.queryOptions({ staleTime: 0 }))
  const files = data?.filter((file) => file.path !== present).slice(0, shownRecent) ?? []
  if (files.length === 0) return null
  const open = (file: string): void => {
    openPath(file).catch((error: unknown) => showFailure('The file was not opened', error))
  }
  return (
    <>
      <Menu.Divider />
      <Menu.Label>Recent</Menu.Label>
      {files.map((file) => (
        <Menu.Item key={file.path} title={file.path} onClick={() => open(file.path)}>
          {file.name}
        </Menu.Item>
      ))}
    </>
  )
}

function FileMenu() {
  const document = useDocumentStore((state) => state.document)
  const path = useDocumentStore((state) => state.path)
  const isDirty = useDocumentStore((state) => state.isDirty)
  const name = documentTitle(path, document)
  const isNew = path === null && document.nodes.length === 0
  const saved = isDirty ? 'Unsaved changes' : path === null ? 'Not saved yet' : 'Saved'
  useEffect(() => {
    window.document.title = `${isDirty ? '• ' : ''}${name} - Netloom`
  }, [name, isDirty])
  const [isOpen, setOpen] = useState(false)
  return (
    <Menu position="bottom-start" width={280} trapFocus opened={isOpen} onChange={setOpen}>
      <Menu.Target>
        <UnstyledButton className={classes.file} aria-label={`File menu of ${name}, ${saved}`}>
          <span className={classes.name}>{name}</span>
          {!isNew && (
            <Tooltip label={path ?? 'This network has no file yet'} disabled={isOpen}>
              <span className={classes.saved} data-dirty={isDirty || undefined}>
                {saved}
              </span>
            </Tooltip>
          )}
          <IconChevronDown size={14} stroke={1.75} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuCommand id="file.new" />
        <MenuCommand id="file.open" />
        <Menu.Divider />
        <MenuCommand id="file.save" />
        <MenuCommand id="file.saveAs" />
        <MenuCommand id="tabs.close" />
        <MenuCommand id="canvas.export.png" />
        <MenuCommand id="canvas.export.svg" />
        <RecentItems present={path} />
        <Menu.Divider />
        <MenuCommand id="view.welcome" />
        <MenuCommand id="view.palette" />
        <MenuCommand id="view.settings" />
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        <MenuCommand id="view.theme.dark" />
        <MenuCommand id="view.theme.light" />
        <MenuCommand id="view.theme.system" />
      </Menu.Dropdown>
    </Menu>
  )
}

function ScreenTabs() {
  const screen = useUiStore((state) => state.screen)
  const setScreen = useUiStore((state) => state.setScreen)
  const list = useRef<HTMLDivElement>(null)
  const focusable = screenNames.find((name) => name === screen) ?? 'design'
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const index = (screenNames.indexOf(focusable) + step + screenNames.length) % screenNames.length
    const next: WorkScreen = screenNames[index] ?? 'design'
    setScreen(next)
    list.current?.querySelector<HTMLElement>(`[data-screen="${next}"]`)?.focus()
  }
  return (
    <div ref={list} role="tablist" aria-label="Screens" className={classes.tabs} onKeyDown={onKeyDown} tabIndex={-1}>
      {screenNames.map((name, index) => (
        <Tooltip key={name} label={`${screenTitles[name]} (Ctrl+${index + 1})`}>
          <UnstyledButton
            role="tab"
            className={classes.tab}
            data-screen={name}
            aria-selected={screen === name}
            aria-controls="screen"
            tabIndex={focusable === name ? 0 : -1}
            onClick={() => setScreen(name)}
          >
            {screenTitles[name]}
          </UnstyledButton>
        </Tooltip>
      ))}
    </div>
  )
}

function HistoryButtons() {
  const undo = useCommand('edit.undo')
  const redo = useCommand('edit.redo')
  const isOnData = useUiStore((state) => state.screen) === 'data'
  useCorrectionSteps((state) => state.done)
  const documentUndo = useDocumentStore((state) => state.undoLabel)
  const documentRedo = useDocumentStore((state) => state.redoLabel)
  const undoLabel = (isOnData ? stepToUndo()?.title : undefined) ?? documentUndo
  const redoLabel = (isOnData ? stepToRedo()?.title : undefined) ?? documentRedo
  return (
    <div className={classes.buttons}>
      <Tooltip label={`Undo ${undoLabel ?? ''} (${undo.shortcut ?? ''})`}>
        <ActionIcon aria-label="Undo" disabled={!undo.isEnabled} onClick={undo.run}>
          <IconArrowBackUp size={18} stroke={1.5} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`Redo ${redoLabel ?? ''} (${redo.shortcut ?? ''})`}>
        <ActionIcon aria-label="Redo" disabled={!redo.isEnabled} onClick={redo.run}>
          <IconArrowForwardUp size={18} stroke={1.5} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}

/** The bar at the top. */
export function TopBar() {
  const welcome = useCommand('view.welcome')
  const palette = useCommand('view.palette')
  const manual = useCommand('help.manual')
  const train = useCommand('training.start')
  const screen = useUiStore((state) => state.screen)
  return (
    <header className={classes.bar}>
      <div className={classes.side}>
        <Tooltip label="Start page">
          <ActionIcon aria-label="Start page" onClick={welcome.run} className={classes.logo}>
            <IconTopologyStar3 size={20} stroke={1.75} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <FileMenu />
      </div>
      <ScreenTabs />
      <div className={classes.side} data-end>
        <HistoryButtons />
        <Tooltip label={`All commands (${palette.shortcut ?? ''})`}>
          <ActionIcon aria-label="All commands" onClick={palette.run}>
            <IconCommand size={17} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={`Manual (${manual.shortcut ?? ''})`}>
          <ActionIcon aria-label="Manual" onClick={manual.run}>
            <IconHelp size={18} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <DeviceChip />
        {/* The Train screen has the button beside its recipe. */}
        {screen !== 'train' && (
          <Tooltip label={`Train this network (${train.shortcut ?? ''})`}>
            <Button
              leftSection={<IconPlayerPlayFilled size={13} aria-hidden />}
              disabled={!train.isEnabled}
              onClick={train.run}
            >
              Train
            </Button>
          </Tooltip>
        )}
      </div>
    </header>
  )
}
