// The opened networks as tabs under the top bar, where there are several; going, closing and ordering them is tabFlows' part.
import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core'
import { IconPlayerPlayFilled, IconPlus, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState, type DragEvent, type KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import { useCommand } from '../../kernel/commands/commands'
import { showFailure } from '../../kernel/failures/showFailure'
import { documentTitle } from '../../session/document/documentFlows'
import type { DocumentSession } from '../../session/document/DocumentSession'
import { moveSession, sessionStore } from '../../session/document/documentStore'
import { closeTab, showTab } from '../../session/document/tabFlows'
import { trainingOf, useRunningTrainings } from '../../session/runs/runningTrainings'
import classes from './TabBar.module.css'

/** What is dragged, so that files and layers which are dragged over the tabs are something else. */
const tabMime = 'application/x-netloom-tab'

function close(session: DocumentSession): void {
  closeTab(session).catch((error: unknown) => showFailure('The document was not saved', error))
}

/** Where a tab that is dragged over another one comes to lie. */
function useTabDrag() {
  const [dragged, setDragged] = useState<DocumentSession | null>(null)
  const start = (event: DragEvent, session: DocumentSession): void => {
    event.dataTransfer.setData(tabMime, session.recovery)
    event.dataTransfer.effectAllowed = 'move'
    setDragged(session)
  }
  const over = (event: DragEvent, index: number): void => {
    if (!dragged || !event.dataTransfer.types.includes(tabMime)) return
    event.preventDefault()
    moveSession(dragged, index)
  }
  return { dragged, start, over, end: () => setDragged(null) }
}

function describe(name: string, isDirty: boolean, isTraining: boolean): string {
  return [name, ...(isDirty ? ['unsaved changes'] : []), ...(isTraining ? ['training'] : [])].join(', ')
}

interface TabProps {
  readonly session: DocumentSession
  readonly index: number
  readonly isShown: boolean
  readonly drag: ReturnType<typeof useTabDrag>
}

function Tab({ session, index, isShown, drag }: TabProps) {
  const { document, path, isDirty } = useStore(session.store)
  const running = useRunningTrainings()
  const isTraining = trainingOf(session, running) !== undefined
  const name = documentTitle(path, document)
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isShown) element.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [isShown])
  return (
    <div
      ref={element}
      role="presentation"
      className={classes.tab}
      data-shown={isShown || undefined}
      data-dirty={isDirty || undefined}
      data-dragged={drag.dragged === session || undefined}
      draggable
      onDragStart={(event) => drag.start(event, session)}
      onDragOver={(event) => drag.over(event, index)}
      onDragEnd={drag.end}
      onAuxClick={(event) => {
        if (event.button === 1) close(session)
      }}
      // Else the middle button begins to scroll.
      onMouseDown={(event) => {
        if (event.button === 1) event.preventDefault()
      }}
    >
      <UnstyledButton
        role="tab"
        className={classes.name}
        title={path ?? `${name}, not saved yet`}
        aria-label={describe(name, isDirty, isTraining)}
        aria-selected={isShown}
        aria-controls="screen"
        data-tab={session.number}
        tabIndex={isShown ? 0 : -1}
        onClick={() => showTab(session)}
      >
        {isTraining && <IconPlayerPlayFilled size={11} className={classes.training} aria-hidden />}
        <span>{name}</span>
      </UnstyledButton>
      {/* For the pointer; the keyboard closes with Delete and the command. */}
      <button
        type="button"
        className={classes.close}
        title={`Close ${name}`}
        tabIndex={-1}
        aria-hidden
        onClick={() => close(session)}
      >
        <IconX size={13} stroke={1.75} aria-hidden />
      </button>
    </div>
  )
}

/** The bar of tabs; nothing while a single network is open. */
export function TabBar() {
  const { tabs, present } = useStore(sessionStore)
  const create = useCommand('file.new')
  const drag = useTabDrag()
  const list = useRef<HTMLDivElement>(null)
  if (tabs.length < 2) return null
  const go = (session: DocumentSession | undefined): void => {
    if (!session) return
    showTab(session)
    list.current?.querySelector<HTMLElement>(`[data-tab="${session.number}"]`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const at = tabs.indexOf(present)
    const steps: Readonly<Record<string, number>> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }
    const step = steps[event.key]
    if (step !== undefined) go(tabs.at(step % tabs.length))
    else if (event.key === 'Delete') close(present)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <nav className={classes.bar} aria-label="Open networks">
      <div
        ref={list}
        role="tablist"
        aria-label="Open networks"
        className={classes.list}
        onKeyDown={onKeyDown}
        tabIndex={-1}
      >
        {tabs.map((session, index) => (
          <Tab key={session.number} session={session} index={index} isShown={session === present} drag={drag} />
        ))}
      </div>
      <Tooltip label={`New network (${create.shortcut ?? ''})`}>
        <ActionIcon size={24} aria-label="New network in a tab" onClick={create.run}>
          <IconPlus size={15} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </nav>
  )
}
