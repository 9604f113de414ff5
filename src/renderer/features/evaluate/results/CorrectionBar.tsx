// What can be done with the chosen images of an evaluation: another class, or left out; the doing is useCorrections.ts.
import { Button, Group, Select, Text } from '@mantine/core'
import { countOf } from '../../../../shared/graph/printNumbers'
import type { Corrections } from './useCorrections'

export interface CorrectionBarProps {
  /** Names of the chosen images. */
  readonly chosen: readonly string[]
  readonly classes: readonly string[]
  readonly corrections: Corrections
  readonly onDone: () => void
}

/** One line above the images. */
export function CorrectionBar({ chosen, classes, corrections, onDone }: CorrectionBarProps) {
  const { isRunning, corrected } = corrections
  const isNone = chosen.length === 0
  const act = (to: string | null): void => void corrections.correct(chosen, to).then(onDone)
  if (isNone)
    return (
      <Text size="xs" c="dimmed">
        {corrected.size > 0
          ? `${countOf(corrected.size, 'image')} corrected. Train again, above, to see what it gains.`
          : 'Choose images to give them another class or to leave them out.'}
      </Text>
    )
  return (
    <Group gap="xs">
      <Text size="xs">{countOf(chosen.length, 'image')}</Text>
      <Select
        size="xs"
        w={150}
        aria-label="New class"
        placeholder="Is of class"
        searchable
        disabled={isRunning}
        data={[...new Set(classes)]}
        value={null}
        onChange={(value) => value !== null && act(value)}
      />
      <Button size="compact-xs" variant="default" disabled={isRunning} onClick={() => act(null)}>
        Leave out
      </Button>
      <Button size="compact-xs" variant="subtle" onClick={onDone}>
        Clear
      </Button>
    </Group>
  )
}
