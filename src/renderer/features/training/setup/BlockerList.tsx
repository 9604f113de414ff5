// What blocks a training, as a list with one button per way out; not finding it (blockers.ts).
import { Button, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { classCountEdit } from '../../../session/dataset/classCountEdit'
import { messageOf } from '../../../kernel/core/client'
import { documentStore } from '../../../session/document/documentStore'
import { uiStore } from '../../../kernel/ui/uiStore'
import type { Blocker } from '../follow/blockers'
import { trainingStore } from '../follow/trainingStore'
import { setRecipeField } from '../../../session/recipe/useRecipe'
import { withScreenShapes } from '../../../kernel/print/printFacts'
import { printCount } from '../../../../shared/graph/printNumbers'
import classes from '../training.module.css'

/** More than these are counted, not listed. */
const shown = 3

function mend({ remedy }: Blocker): void {
  const ui = uiStore.getState()
  const state = documentStore.getState()
  switch (remedy.kind) {
    case 'design':
      if (remedy.nodeId !== undefined) state.select([remedy.nodeId])
      return ui.setScreen('design')
    case 'data':
      return ui.setScreen('data')
    case 'classes':
      try {
        return state.apply(classCountEdit(state.document, remedy.classes), `Set ${remedy.classes.length} classes`)
      } catch (error) {
        return trainingStore.setState({ error: { code: 'dataset.classes', message: messageOf(error) } })
      }
    case 'recipe':
      return setRecipeField(remedy.way.key, remedy.way.value)
    case 'here':
      return
    default:
      return remedy satisfies never
  }
}

function titleOf({ remedy }: Blocker): string | null {
  switch (remedy.kind) {
    case 'design':
      return remedy.nodeId === undefined ? 'Open Design' : 'Show in Design'
    case 'data':
      return 'Open Data'
    case 'classes':
      return `Give it ${printCount(remedy.classes.length)} outputs`
    case 'recipe':
      return remedy.way.label
    case 'here':
      return null
    default:
      return remedy satisfies never
  }
}

/** The blockers, nothing where there are none. */
export function BlockerList({ blockers }: { readonly blockers: readonly Blocker[] }) {
  if (blockers.length === 0) return null
  const rest = blockers.length - shown
  return (
    <ul className={classes.blockers} aria-label="What blocks the training">
      {blockers.slice(0, shown).map((blocker) => {
        const title = titleOf(blocker)
        return (
          <li key={blocker.message} className={classes.blocker}>
            <IconAlertCircle size={16} className={classes.blockerIcon} aria-label="Error" />
            <div>
              <Text size="xs">{withScreenShapes(blocker.message)}</Text>
              {title !== null && (
                <Button size="compact-xs" variant="subtle" ml={-8} onClick={() => mend(blocker)}>
                  {title}
                </Button>
              )}
            </div>
          </li>
        )
      })}
      {rest > 0 && (
        <li>
          <Text size="xs" c="dimmed">
            {rest} more
          </Text>
        </li>
      )}
    </ul>
  )
}
