// The table of runs: sorting by its heads, selecting, renaming in place and a menu per row; not the list itself.
import { ActionIcon, Badge, Box, Checkbox, Table, TextInput, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { wordOfState } from '../../../shared/training/runStates'
import { stateColors } from '../../kernel/print/stateColors'
import { RunMenu } from './RunMenu'
import { renameRun } from './runChanges'
import { cellText, runColumns, type RunColumn, type RunOrder } from './runTable'
import classes from './runs.module.css'

const titles: Readonly<Record<RunColumn, string>> = {
  name: 'Name',
  state: 'State',
  architecture: 'Network',
  dataset: 'Dataset',
  recipe: 'Recipe',
  best: 'Best validation',
  test: 'Test',
  seconds: 'Duration',
  created: 'Created',
}

const isNumeric = (column: RunColumn) => ['best', 'test', 'seconds', 'created'].includes(column)

interface TableProps {
  readonly runs: readonly RunSummary[]
  readonly order: RunOrder
  readonly selected: ReadonlySet<string>
  readonly onOrder: (order: RunOrder) => void
  readonly onSelect: (selected: ReadonlySet<string>) => void
}

function Head({ column, order, onOrder }: Pick<TableProps, 'order' | 'onOrder'> & { readonly column: RunColumn }) {
  const isSorted = order.column === column
  const Arrow = order.isRising ? IconChevronUp : IconChevronDown
  return (
    <Table.Th
      aria-sort={isSorted ? (order.isRising ? 'ascending' : 'descending') : 'none'}
      data-numeric={isNumeric(column) || undefined}
    >
      <UnstyledButton
        className={classes.head}
        onClick={() => onOrder({ column, isRising: isSorted ? !order.isRising : !isNumeric(column) })}
      >
        {titles[column]}
        {isSorted && <Arrow size={12} aria-hidden />}
      </UnstyledButton>
    </Table.Th>
  )
}

function NameCell({ run }: { readonly run: RunSummary }) {
  const [draft, setDraft] = useState<string | null>(null)
  const keep = () => {
    const name = draft?.trim()
    setDraft(null)
    if (name && name !== run.name) void renameRun(run.id, name)
  }
  if (draft === null)
    return (
      <span className={classes.name}>
        <button
          type="button"
          className={classes.nameText}
          title={run.id}
          onDoubleClick={(event) => {
            event.stopPropagation()
            setDraft(run.name)
          }}
        >
          {run.name}
        </button>
        <ActionIcon
          size={20}
          className={classes.pencil}
          aria-label={`Rename ${run.name}`}
          onClick={(event) => {
            event.stopPropagation()
            setDraft(run.name)
          }}
        >
          <IconPencil size={13} aria-hidden />
        </ActionIcon>
      </span>
    )
  return (
    <TextInput
      size="xs"
      aria-label={`Name of ${run.name}`}
      value={draft}
      maxLength={200}
      ref={(input) => {
        if (!input || document.activeElement === input) return
        input.focus()
        input.select()
      }}
      onClick={(event) => event.stopPropagation()}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep()
        if (event.key === 'Escape') setDraft(null)
      }}
      onBlur={keep}
    />
  )
}

function Cell({ run, column }: { readonly run: RunSummary; readonly column: RunColumn }) {
  if (column === 'name') return <NameCell run={run} />
  if (column === 'state') {
    const { title, tone, meaning } = wordOfState(run.state)
    return (
      <Badge size="sm" variant="light" color={stateColors[tone]} className={classes.badge} title={run.error ?? meaning}>
        {title}
      </Badge>
    )
  }
  return cellText(run, column)
}

function Row({
  run,
  isSelected,
  onOnly,
  onToggle,
}: {
  readonly run: RunSummary
  readonly isSelected: boolean
  readonly onOnly: () => void
  readonly onToggle: () => void
}) {
  return (
    <Table.Tr
      data-selected={isSelected || undefined}
      className={classes.row}
      onClick={(event) => (event.ctrlKey || event.metaKey || event.shiftKey ? onToggle() : onOnly())}
    >
      <Table.Td onClick={(event) => event.stopPropagation()}>
        <Checkbox size="xs" aria-label={`Compare ${run.name}`} checked={isSelected} onChange={onToggle} />
      </Table.Td>
      {runColumns.map((column) => (
        <Table.Td
          key={column}
          data-column={column}
          data-numeric={isNumeric(column) || undefined}
          title={column === 'dataset' ? run.dataset : undefined}
        >
          <Cell run={run} column={column} />
        </Table.Td>
      ))}
      <Table.Td onClick={(event) => event.stopPropagation()}>
        <RunMenu run={run} />
      </Table.Td>
    </Table.Tr>
  )
}

/** The table. A click selects one run, the boxes select several to lay their curves over each other. */
export function RunsTable({ runs, order, selected, onOrder, onSelect }: TableProps) {
  const toggle = (id: string) => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    onSelect(next)
  }
  return (
    <Box component="section" className={classes.tableBox} tabIndex={0} aria-label="Table of runs">
      <Table stickyHeader highlightOnHover className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={32}>
              <span className={classes.hidden}>Compare</span>
            </Table.Th>
            {runColumns.map((column) => (
              <Head key={column} column={column} order={order} onOrder={onOrder} />
            ))}
            <Table.Th w={36}>
              <span className={classes.hidden}>Actions</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Row
              key={run.id}
              run={run}
              isSelected={selected.has(run.id)}
              onOnly={() => onSelect(new Set([run.id]))}
              onToggle={() => toggle(run.id)}
            />
          ))}
          {runs.length === 0 && (
            <Table.Tr>
              <Table.Td colSpan={runColumns.length + 2}>No run matches the filter.</Table.Td>
            </Table.Tr>
          )}
        </Table.Tbody>
      </Table>
    </Box>
  )
}
