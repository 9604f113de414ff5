// The table of runs: sorting by its heads, selecting, renaming in place and a menu per row; not the list itself.
import { ActionIcon, Badge, Box, Checkbox, Table, TextInput, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight, IconChevronUp, IconNote, IconPencil } from '@tabler/icons-react'
import { Fragment, useState } from 'react'
import type { RunSummary } from '../../../shared/contract/runCalls'
import { wordOfState } from '../../../shared/training/runStates'
import { stateColors } from '../../kernel/print/stateColors'
import { countOf, printCount } from '../../../shared/graph/printNumbers'
import { CurveSample } from '../../kernel/charts/CurveSample'
import { curveLook } from '../../kernel/charts/curveLooks'
import type { RunGroup } from './runGroups'
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
  bestEpoch: 'Best epoch',
  test: 'Test',
  parameters: 'Parameters',
  macs: 'MACs',
  size: 'Size',
  device: 'Device',
  seconds: 'Duration',
  created: 'Created',
}

const numeric: readonly RunColumn[] = ['best', 'bestEpoch', 'test', 'parameters', 'macs', 'size', 'seconds', 'created']
const isNumeric = (column: RunColumn) => numeric.includes(column)

/** What a cell says in full, where it shows less. */
function tooltipOf(run: RunSummary, column: RunColumn): string | undefined {
  if (column === 'dataset') return run.dataset
  if (column === 'parameters') return printCount(run.parameters)
  if (column === 'macs') return printCount(run.macs)
  return column === 'recipe' || column === 'architecture' ? cellText(run, column) : undefined
}

interface TableProps {
  /** In their order; one without a title where they are not grouped. */
  readonly groups: readonly RunGroup[]
  /** Selected runs in the order of their looks. */
  readonly chosen: readonly RunSummary[]
  /** Filters by a tag. */
  readonly onTag: (tag: string) => void
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

function NameCell({ run, onTag }: Pick<CellProps, 'run' | 'onTag'>) {
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
        {run.note !== '' && (
          <IconNote size={13} aria-label="Has a note" className={classes.noteMark} title={run.note} />
        )}
        {run.tags.map((tag) => (
          <button
            key={tag}
            type="button"
            className={classes.tag}
            title={`Show runs with the tag ${tag}`}
            onClick={(event) => {
              event.stopPropagation()
              onTag(tag)
            }}
          >
            {tag}
          </button>
        ))}
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

interface CellProps {
  readonly run: RunSummary
  readonly column: RunColumn
  readonly onTag: (tag: string) => void
}

function Cell({ run, column, onTag }: CellProps) {
  if (column === 'name') return <NameCell run={run} onTag={onTag} />
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

/** A line that names a document or an experiment, above its runs. */
function GroupHead({
  group: { title, detail, runs },
  isFolded,
  onFold,
}: {
  readonly group: RunGroup
  readonly isFolded: boolean
  readonly onFold: () => void
}) {
  const Arrow = isFolded ? IconChevronRight : IconChevronDown
  return (
    <Table.Tr className={classes.group}>
      <Table.Th scope="rowgroup" colSpan={runColumns.length + 2}>
        <UnstyledButton className={classes.groupButton} aria-expanded={!isFolded} onClick={onFold}>
          <Arrow size={14} aria-hidden />
          <span className={classes.groupTitle}>{title}</span>
          <span className={classes.groupDetail}>
            {detail} · {countOf(runs.length, 'run')}
          </span>
        </UnstyledButton>
      </Table.Th>
    </Table.Tr>
  )
}

function Row({
  run,
  place,
  onTag,
  isSelected,
  onOnly,
  onToggle,
}: {
  readonly run: RunSummary
  /** Its place among several selected, which gives it its look; -1 where it is none of them. */
  readonly place: number
  readonly onTag: (tag: string) => void
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
        <span className={classes.pick}>
          <Checkbox size="xs" aria-label={`Compare ${run.name}`} checked={isSelected} onChange={onToggle} />
          {place >= 0 && <CurveSample look={curveLook(place)} />}
        </span>
      </Table.Td>
      {runColumns.map((column) => (
        <Table.Td
          key={column}
          data-column={column}
          data-numeric={isNumeric(column) || undefined}
          title={tooltipOf(run, column)}
        >
          <Cell run={run} column={column} onTag={onTag} />
        </Table.Td>
      ))}
      <Table.Td onClick={(event) => event.stopPropagation()}>
        <RunMenu run={run} />
      </Table.Td>
    </Table.Tr>
  )
}

/** The table. A click selects one run, the boxes select several to lay their curves over each other. */
export function RunsTable({ groups, chosen, order, selected, onOrder, onSelect, onTag }: TableProps) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const fold = (key: string) => {
    const next = new Set(folded)
    if (!next.delete(key)) next.add(key)
    setFolded(next)
  }
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
          {groups.map((group) => (
            <Fragment key={group.key}>
              {group.title !== '' && (
                <GroupHead group={group} isFolded={folded.has(group.key)} onFold={() => fold(group.key)} />
              )}
              {!folded.has(group.key) &&
                group.runs.map((run) => (
                  <Row
                    key={run.id}
                    run={run}
                    place={chosen.length > 1 ? chosen.findIndex(({ id }) => id === run.id) : -1}
                    isSelected={selected.has(run.id)}
                    onOnly={() => onSelect(new Set([run.id]))}
                    onToggle={() => toggle(run.id)}
                    onTag={onTag}
                  />
                ))}
            </Fragment>
          ))}
          {groups.length === 0 && (
            <Table.Tr>
              <Table.Td colSpan={runColumns.length + 2}>No run matches the filter.</Table.Td>
            </Table.Tr>
          )}
        </Table.Tbody>
      </Table>
    </Box>
  )
}
