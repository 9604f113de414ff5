// All findings, errors first, each leading to its layer and with its repairs; only the rows in sight are drawn.
import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconBulb, IconCircleCheck } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'
import { withScreenShapes } from '../../../kernel/print/printFacts'
import type { Issue } from '../../../../shared/graph/errors'
import { useDocument, useSelection } from '../../../session/document/documentStore'
import { HelpLink } from '../../../kernel/parts/HelpLink'
import { useIssues } from '../../../session/dataset/useIssues'
import { useHints } from '../../../session/dataset/useHints'
import type { NetworkHint } from '../../../../shared/network/findHints'
import { focusNode } from '../../../session/view/focusNode'
import classes from '../inspector.module.css'
import { LevelIcon, RepairButtons } from './IssueLine'

/** Findings with the errors before the warnings, otherwise as the document is read. */
export function sortByLevel(issues: readonly Issue[]): readonly Issue[] {
  const isError = ({ level }: Issue): boolean => level === 'error'
  return [...issues.filter(isError), ...issues.filter((issue) => !isError(issue))]
}

/** The list of the Problems tab. */
export function ProblemsList() {
  const found = useIssues()
  const { nodes } = useDocument()
  const hints = useHints()
  const issues = useMemo(() => [...sortByLevel(found), ...hints], [found, hints])
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by React's compiler
  const rows = useVirtualizer({
    count: issues.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 56,
    overscan: 6,
  })
  if (issues.length === 0) {
    return (
      <div className={classes.empty}>
        {nodes.length > 0 && <IconCircleCheck size={18} className={classes.isFine} aria-hidden />}
        {nodes.length === 0 ? (
          <span className={classes.emptyText}>Nothing to check yet. Add a layer from the palette.</span>
        ) : (
          <span className={classes.emptyText}>
            No problems.<span className={classes.emptyMore}> The network is sound.</span>
          </span>
        )}
      </div>
    )
  }
  return (
    <div ref={scroller} className={classes.scroller}>
      <ul className={classes.problems} aria-label="Problems" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const issue = issues[index]
          return (
            issue && (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                aria-setsize={issues.length}
                aria-posinset={index + 1}
                className={classes.problem}
                style={{ transform: `translateY(${start}px)` }}
              >
                {'level' in issue ? <Problem issue={issue} /> : <Hint hint={issue} />}
              </li>
            )
          )
        })}
      </ul>
    </div>
  )
}

/** What is sound and hardly meant; of a layer inside a block, the block is shown. */
function Hint({ hint }: { readonly hint: NetworkHint }) {
  const { nodes } = useDocument()
  const own = nodes.find(({ id }) => id === hint.nodeId || hint.nodeId?.startsWith(`${id}/`))?.id
  const isSelected = useSelection().has(own ?? '')
  const text = withScreenShapes(hint.text)
  return (
    <div className={`${classes.problemRow} ${isSelected ? classes.isSelected : ''}`}>
      <IconBulb size={16} className={classes.isHint} aria-hidden />
      <VisuallyHidden>Hint:</VisuallyHidden>
      <div className={classes.issueText}>
        {own === undefined ? (
          <p>{text}</p>
        ) : (
          <UnstyledButton className={classes.problemText} onClick={() => focusNode(own)}>
            {text}
          </UnstyledButton>
        )}
      </div>
      <HelpLink topic={`problem:hint.${hint.code}`} subject="this hint" />
    </div>
  )
}

function Problem({ issue }: { readonly issue: Issue }) {
  const { nodeId, message, level } = issue
  const isSelected = useSelection().has(nodeId ?? '')
  const text = withScreenShapes(message)
  return (
    <div className={`${classes.problemRow} ${isSelected ? classes.isSelected : ''}`}>
      <LevelIcon level={level} />
      <div className={classes.issueText}>
        {nodeId === undefined ? (
          <p>{text}</p>
        ) : (
          <UnstyledButton className={classes.problemText} onClick={() => focusNode(nodeId)}>
            {text}
          </UnstyledButton>
        )}
        <RepairButtons issue={issue} />
      </div>
      <HelpLink topic={`problem:${issue.code}`} subject="this message" />
    </div>
  )
}
