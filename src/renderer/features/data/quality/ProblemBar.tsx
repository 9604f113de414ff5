// The lines above a list of problems: their order, what is chosen, and what can be done with it.
import { Button, Group, Select } from '@mantine/core'
import type { FoundImage, Problem } from '../../../../shared/datasets/quality/problems'
import { useCorrectionSteps, type ImageChange } from '../../../session/dataset/correctionSteps'
import type { DatasetChosen } from '../../../session/dataset/descriptions'
import { SelectionBar } from '../images/SelectionBar'
import { correctFound } from './correctFound'
import { groupBySuggestion, problemOrders, suggestImages, type ProblemOrder } from './problemOrder'
import styles from './quality.module.css'

const orderTitles: Readonly<Record<ProblemOrder, string>> = {
  worst: 'Worst first',
  class: 'By class',
  file: 'By file',
}

export interface ProblemBarProps {
  readonly dataset: DatasetChosen
  /** Those that are listed. */
  readonly problems: readonly Problem[]
  readonly classes: readonly string[]
  /** Files of the chosen images. */
  readonly chosen: ReadonlySet<string>
  readonly onChoose: (files: ReadonlySet<string>) => void
  readonly order: ProblemOrder
  readonly onOrder: (order: ProblemOrder) => void
}

/** The images of a list that are chosen, each once. */
function takeChosen(problems: readonly Problem[], chosen: ReadonlySet<string>): readonly FoundImage[] {
  const images = problems.flatMap((problem) => problem.images).filter(({ file }) => chosen.has(file))
  return [...new Map(images.map((image) => [image.file, image])).values()]
}

/** Order and choice, and below them the actions. */
export function ProblemBar({ dataset, problems, classes, chosen, onChoose, order, onOrder }: ProblemBarProps) {
  const isRunning = useCorrectionSteps((state) => state.isRunning)
  const images = takeChosen(problems, chosen)
  const splits = new Set(images.map(({ split }) => split))
  const [split] = splits
  const suggestions = groupBySuggestion(problems, chosen)
  const clear = (): void => onChoose(new Set())
  const change = async (what: ImageChange): Promise<void> => {
    if (await correctFound(dataset, images, what)) clear()
  }
  const takeSuggestions = async (): Promise<void> => {
    for (const [to, some] of suggestions) if (!(await correctFound(dataset, some, { kind: 'relabel', to }))) return
    clear()
  }
  return (
    <>
      <Group gap="xs" className={styles.bar}>
        <Select
          size="xs"
          w={130}
          aria-label="Order"
          allowDeselect={false}
          value={order}
          onChange={(value) => onOrder(problemOrders.find((each) => each === value) ?? 'worst')}
          data={problemOrders.map((value) => ({ value, label: orderTitles[value] }))}
        />
        <Button
          size="compact-sm"
          variant="default"
          disabled={problems.length === 0}
          onClick={() => onChoose(new Set(suggestImages(problems).map(({ file }) => file)))}
        >
          {problems.some((problem) => problem.images.length > 1) ? 'Choose all copies' : 'Choose all'}
        </Button>
        {suggestions.size > 0 && (
          <Button size="compact-sm" variant="light" disabled={isRunning} onClick={() => void takeSuggestions()}>
            Give the suggested class
          </Button>
        )}
      </Group>
      <div className={styles.selection}>
        <SelectionBar
          count={images.length}
          classes={classes}
          split={splits.size === 1 ? (split ?? null) : null}
          onChange={(what) => void change(what)}
          onClear={clear}
          hint="Choose images by a click or Space to give them another class or split, or to leave them out."
        />
      </div>
    </>
  )
}
