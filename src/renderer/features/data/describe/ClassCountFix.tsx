// Says where the network has another number of outputs than the dataset has classes, and mends it with one press.
import { countOf } from '../../../../shared/graph/printNumbers'
import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { checkClasses } from '../../../../shared/network/classCount'
import { showFailure } from '../../../kernel/failures/showFailure'
import { documentStore, useDocument } from '../../../session/document/documentStore'
import { classCountEdit } from '../../../session/dataset/classCountEdit'
import { noteDataset } from '../../../session/dataset/datasetStore'
import type { DatasetChosen } from '../../../session/dataset/descriptions'
import { Notice } from '../../../kernel/parts/Notice'

export interface ClassCountFixProps {
  readonly chosen: DatasetChosen
  readonly classes: readonly string[]
}

function mend(classes: readonly string[]): void {
  const store = documentStore.getState()
  try {
    store.apply(classCountEdit(store.document, classes), `Give the network ${countOf(classes.length, 'output')}`)
  } catch (error) {
    showFailure('The outputs could not be changed', error)
  }
}

/** Nothing where the network fits and names the dataset. */
export function ClassCountFix({ chosen, classes }: ClassCountFixProps) {
  const document = useDocument()
  const issue = useMemo(() => checkClasses(document, classes.length)[0], [document, classes.length])
  if (document.nodes.length === 0) return null
  if (issue) {
    return (
      <Notice tone="error" title="The network does not fit this dataset">
        {issue.message}
        <br />
        <Button mt={6} size="compact-xs" variant="default" onClick={() => mend(classes)}>
          Give it {countOf(classes.length, 'output')}
        </Button>
      </Notice>
    )
  }
  if (document.dataset?.source === chosen.reference) return null
  return (
    <Notice tone="info" title={document.dataset ? 'The network names another dataset' : 'The network names no dataset'}>
      <Button size="compact-xs" variant="default" onClick={() => noteDataset(chosen, classes)}>
        Use this one for the network
      </Button>
    </Notice>
  )
}
