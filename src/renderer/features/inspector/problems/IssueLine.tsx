// The findings of what is inspected, each with its text and the buttons that repair it; not the list of all findings (ProblemsList.tsx).
import { Button, VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle, IconBulb, IconExclamationCircle, IconTool } from '@tabler/icons-react'
import { useDeferredValue, useMemo } from 'react'
import { findRepairs, type Repair } from '../../../../shared/edits/repairs/repairs'
import { countOf } from '../../../../shared/graph/printNumbers'
import { withScreenShapes } from '../../../kernel/print/printFacts'
import type { Issue } from '../../../../shared/graph/errors'
import type { NetworkHint } from '../../../../shared/network/findHints'
import { useDocument, documentStore } from '../../../session/document/documentStore'
import { HelpLink } from '../../../kernel/parts/HelpLink'
import { useDatasetStore } from '../../../session/dataset/datasetStore'
import { useShowsProblems } from '../bottomTab'
import classes from '../inspector.module.css'

/** The icon of an error or a warning, named for a screen reader. */
export function LevelIcon({ level }: { readonly level: Issue['level'] }) {
  const isError = level === 'error'
  return (
    <>
      {isError ? (
        <IconExclamationCircle size={16} className={classes.isError} aria-hidden />
      ) : (
        <IconAlertTriangle size={16} className={classes.isWarning} aria-hidden />
      )}
      <VisuallyHidden>{isError ? 'Error:' : 'Warning:'}</VisuallyHidden>
    </>
  )
}

const noRepairs: readonly Repair[] = []

/**
 * The repairs of a finding in the present document; none for the moment in which they are looked for. Each is tried on a
 * copy, which takes long in large documents: what was edited is painted first.
 */
export function useRepairs(issue: Issue): readonly Repair[] {
  const document = useDocument()
  const classCount = useDatasetStore((state) => state.classes?.length)
  const asked = useMemo(() => ({ document, issue, classCount }), [document, issue, classCount])
  const settled = useDeferredValue(asked, null)
  return useMemo(() => {
    if (settled?.document !== document) return noRepairs
    return findRepairs(settled.document, settled.issue, { classCount: settled.classCount })
  }, [settled, document])
}

/** A button per repair; pressing one is a single step of the history. */
export function RepairButtons({ issue }: { readonly issue: Issue }) {
  const repairs = useRepairs(issue)
  if (repairs.length === 0) return null
  return (
    <div className={classes.repairs}>
      {repairs.map(({ label, edit }, index) => (
        <Button
          key={label}
          size="compact-xs"
          variant={index === 0 ? 'light' : 'default'}
          leftSection={index === 0 ? <IconTool size={13} /> : undefined}
          onClick={() => documentStore.getState().apply(edit, label)}
        >
          {label}
        </Button>
      ))}
    </div>
  )
}

/** A hint in the inspector, where its layer is already selected. */
function HintLine({ hint }: { readonly hint: NetworkHint }) {
  return (
    <li className={classes.issue}>
      <IconBulb size={16} className={classes.isHint} aria-hidden />
      <VisuallyHidden>Hint:</VisuallyHidden>
      <div className={classes.issueText}>
        <p>{withScreenShapes(hint.text)}</p>
      </div>
      <HelpLink topic={`problem:hint.${hint.code}`} subject="this hint" />
    </li>
  )
}

/** A finding in the inspector, where its layer is already selected. */
function IssueLine({ issue }: { readonly issue: Issue }) {
  return (
    <li className={classes.issue}>
      <LevelIcon level={issue.level} />
      <div className={classes.issueText}>
        <p>{withScreenShapes(issue.message)}</p>
        <RepairButtons issue={issue} />
      </div>
      <HelpLink topic={`problem:${issue.code}`} subject="this message" />
    </li>
  )
}

/** `2 errors and 1 warning`. */
function countIssues(issues: readonly Issue[]): string {
  const errors = issues.filter(({ level }) => level === 'error').length
  const parts = [countOf(errors, 'error'), countOf(issues.length - errors, 'warning')]
  return parts.filter((part) => !part.startsWith('0')).join(' and ')
}

/** Findings in the inspector: in full where the Problems panel does not show them at the same time, else as a mark. */
export function IssueLines({ issues, label }: { readonly issues: readonly Issue[]; readonly label: string }) {
  const areTold = useShowsProblems()
  const [worst] = issues.filter(({ level }) => level === 'error').concat(issues)
  if (!worst) return null
  if (areTold) {
    return (
      <p className={classes.issueMark}>
        <LevelIcon level={worst.level} />
        <span>{`${countIssues(issues)}, told under Problems`}</span>
      </p>
    )
  }
  return (
    <ul className={classes.issues} aria-label={label}>
      {issues.map((issue) => (
        <IssueLine key={`${issue.code} ${issue.path ?? ''} ${issue.message}`} issue={issue} />
      ))}
    </ul>
  )
}

/** Hints in the inspector; nothing while Problems shows them. */
export function HintLines({ hints, label }: { readonly hints: readonly NetworkHint[]; readonly label: string }) {
  const areTold = useShowsProblems()
  if (areTold || hints.length === 0) return null
  return (
    <ul className={classes.issues} aria-label={label}>
      {hints.map((hint) => (
        <HintLine key={`${hint.code} ${hint.text}`} hint={hint} />
      ))}
    </ul>
  )
}
