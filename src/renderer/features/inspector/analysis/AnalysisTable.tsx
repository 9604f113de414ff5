// The table of all layers with their counts, sortable, with totals, as CSV; only the rows in sight are drawn.
import { ActionIcon, SegmentedControl, Tooltip, UnstyledButton } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconArrowDown, IconArrowUp, IconCopy, IconDownload } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { messageOf } from '../../../kernel/core/client'
import { useAnalysisRows } from './analysisView'
import { ownerOf } from '../../../session/document/owners'
import { useAnalysis, useDocument, useSelection } from '../../../session/document/documentStore'
import {
  analysisColumns,
  measureColumns,
  nextOrder,
  printAnalysisCsv,
  sortLayers,
  type AnalysisColumn,
  type AnalysisRow,
  type AnalysisView,
  type SortOrder,
} from './analysisRows'
import { focusNode } from '../../../session/view/focusNode'
import classes from '../inspector.module.css'

const rowHeight = 26
const closeButtonProps = { 'aria-label': 'Dismiss' }

/** The Analysis tab. */
export function AnalysisTable() {
  const analysis = useAnalysis()
  const [order, setOrder] = useState<SortOrder | null>(null)
  const [view, setView] = useState<AnalysisView>('blocks')
  const document = useDocument()
  const { rows: found, hasBlocks } = useAnalysisRows(view)
  const layers = useMemo(() => sortLayers(found, order), [found, order])
  const template = useMemo(() => measureColumns(analysis, found), [analysis, found])
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by React's compiler
  const rows = useVirtualizer({
    count: layers.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // The heading and the totals stay in sight and cover a row's height each.
    scrollMargin: rowHeight,
    scrollPaddingStart: rowHeight,
    scrollPaddingEnd: rowHeight,
  })
  const selection = useSelection()
  const [only] = selection.size === 1 ? selection : []
  const place = only === undefined ? -1 : layers.findIndex(({ id }) => id === only || ownerOf(document, id) === only)
  useEffect(() => {
    if (place >= 0) rows.scrollToIndex(place, { align: 'auto' })
  }, [place, rows])
  if (layers.length === 0) {
    return <div className={classes.empty}>No layer can be counted yet. Add an input and layers that follow it.</div>
  }
  return (
    <div className={classes.analysis}>
      <div className={classes.tableActions}>
        {hasBlocks && <ViewChoice view={view} onChoose={setView} />}
        <TableActions csv={() => printAnalysisCsv(analysis, layers)} name={analysis.name} />
      </div>
      <div ref={scroller} className={classes.tableScroller}>
        <table aria-label="Analysis of the layers" aria-rowcount={layers.length + 2} className={classes.table}>
          <thead>
            <tr className={classes.tableHead} style={{ gridTemplateColumns: template }}>
              {analysisColumns.map((column) => (
                <Heading key={column.key} column={column} order={order} onSort={setOrder} />
              ))}
            </tr>
          </thead>
          <tbody className={classes.tableBody} style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, start }) => {
              const layer = layers[index]
              const isSelected = layer !== undefined && selection.has(ownerOf(document, layer.id) ?? layer.id)
              return (
                layer && (
                  <Row
                    key={layer.id}
                    layer={layer}
                    index={index}
                    start={start - rowHeight}
                    isSelected={isSelected}
                    template={template}
                  />
                )
              )
            })}
          </tbody>
          <tfoot>
            <tr
              aria-rowindex={layers.length + 2}
              className={classes.tableFoot}
              style={{ gridTemplateColumns: template }}
            >
              {analysisColumns.map((column) => (
                <td key={column.key} className={column.isNumber ? classes.numberCell : classes.cell}>
                  {column.total?.(analysis)}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
    </div>
  )
}

function Heading(props: {
  readonly column: AnalysisColumn
  readonly order: SortOrder | null
  readonly onSort: (order: SortOrder | null) => void
}) {
  const { column, order, onSort } = props
  const isSorted = order?.key === column.key
  const sorted = !isSorted ? 'none' : order.isDescending ? 'descending' : 'ascending'
  const Arrow = sorted === 'descending' ? IconArrowDown : IconArrowUp
  return (
    <th
      scope="col"
      aria-label={column.title}
      aria-sort={sorted}
      className={column.isNumber ? classes.numberCell : classes.cell}
    >
      <Tooltip label={column.help} openDelay={500}>
        <UnstyledButton className={classes.heading} onClick={() => onSort(nextOrder(order, column))}>
          {column.title}
          {isSorted && <Arrow size={12} aria-hidden />}
        </UnstyledButton>
      </Tooltip>
    </th>
  )
}

interface RowProps {
  readonly layer: AnalysisRow
  readonly index: number
  /** Pixels from the top of the body. */
  readonly start: number
  readonly isSelected: boolean
  /** Columns of the grid. */
  readonly template: string
}

/** A row whose first cell is a button as wide as the row. */
function Row({ layer, index, start, isSelected, template }: RowProps) {
  return (
    <tr
      aria-rowindex={index + 2}
      className={`${classes.row} ${isSelected ? classes.isSelected : ''}`}
      data-group={layer.isGroup || undefined}
      data-inside={layer.isInside || undefined}
      style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
    >
      {analysisColumns.map((column) => (
        <td
          key={column.key}
          className={`${column.isNumber ? classes.numberCell : classes.cell} ${column.isCode ? classes.code : ''}`}
        >
          {column.key === 'id' ? (
            <UnstyledButton
              className={classes.rowName}
              aria-current={isSelected ? 'true' : undefined}
              onClick={() => focusNode(layer.id)}
            >
              {column.print(layer)}
            </UnstyledButton>
          ) : (
            column.print(layer)
          )}
        </td>
      ))}
    </tr>
  )
}

const viewTitles = [
  { value: 'blocks', label: 'Blocks' },
  { value: 'layers', label: 'Layers' },
]

/** Blocks as one row each, or all layers. */
function ViewChoice({
  view,
  onChoose,
}: {
  readonly view: AnalysisView
  readonly onChoose: (view: AnalysisView) => void
}) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="Rows of the table"
      data={viewTitles}
      value={view}
      onChange={(next) => onChoose(next === 'layers' ? 'layers' : 'blocks')}
    />
  )
}

/** Writes a text to a file that the person chooses, as the browser or the desktop asks. */
function saveText(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

function TableActions({ csv, name }: { readonly csv: () => string; readonly name: string }) {
  const copy = (): void => {
    navigator.clipboard.writeText(csv()).then(
      () => notifications.show({ message: 'The table is on the clipboard as CSV.', closeButtonProps }),
      (error: unknown) =>
        notifications.show({
          title: 'The table was not copied',
          message: messageOf(error),
          color: 'red',
          closeButtonProps,
        }),
    )
  }
  const file = `${name.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-') || 'network'}-analysis.csv`
  return (
    <>
      <Tooltip label="Copy as CSV">
        <ActionIcon variant="subtle" color="gray" aria-label="Copy the table as CSV" onClick={copy}>
          <IconCopy size={15} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Save as CSV">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Save the table as CSV"
          onClick={() => saveText(csv(), file)}
        >
          <IconDownload size={15} />
        </ActionIcon>
      </Tooltip>
    </>
  )
}
