// What can be done about what was found of some images: leave out, one class for all, keep as they are; not finding it.
import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { showFailure } from '../../../kernel/failures/showFailure'
import { correctImages, useCorrectionSteps, type ImageChange } from '../../../session/dataset/correctionSteps'
import { useDatasetStore } from '../../../session/dataset/datasetStore'
import styles from '../data.module.css'

/** One thing to do about some images. */
export interface FindingAction {
  readonly title: string
  /** Images by their names in the whole dataset. */
  readonly files: readonly string[]
  readonly change: ImageChange
}

function useCorrect(): (action: FindingAction) => void {
  const chosen = useDatasetStore((state) => state.chosen)
  return ({ files, change }) => {
    if (!chosen) return
    correctImages(chosen, { by: 'file', files: [...files] }, change).catch((error: unknown) =>
      showFailure('The dataset was not corrected', error),
    )
  }
}

/** A button with the ways to deal with one finding. @param of what was found, for a screen reader */
export function FindingMenu({ of, actions }: { readonly of: string; readonly actions: readonly FindingAction[] }) {
  const correct = useCorrect()
  const isRunning = useCorrectionSteps((state) => state.isRunning)
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size={20} className={styles.findingMenu} disabled={isRunning} aria-label={`Mend ${of}`}>
          <IconDots size={14} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => (
          <Menu.Item key={action.title} onClick={() => correct(action)}>
            {action.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** A button that deals with all findings of a kind at once. */
export function FindingButton({ action }: { readonly action: FindingAction }) {
  const correct = useCorrect()
  const isRunning = useCorrectionSteps((state) => state.isRunning)
  if (action.files.length === 0) return null
  return (
    <Button size="compact-xs" variant="default" mt={6} disabled={isRunning} onClick={() => correct(action)}>
      {action.title}
    </Button>
  )
}
