// Making a class one with another, from its row in the list of classes; what it does is the core's.
import { ActionIcon, Button, Popover, Select, Stack, Text, Tooltip } from '@mantine/core'
import { IconArrowMerge } from '@tabler/icons-react'
import { useState } from 'react'
import { showFailure } from '../../../kernel/failures/showFailure'
import { mergeClasses, useCorrectionSteps } from '../../../session/dataset/correctionSteps'
import type { DatasetChosen } from '../../../session/dataset/descriptions'
import styles from '../data.module.css'

export interface MergeClassProps {
  readonly chosen: DatasetChosen
  readonly name: string
  readonly classes: readonly string[]
}

/** A button that asks for the other class. */
export function MergeClass({ chosen, name, classes }: MergeClassProps) {
  const [isOpen, setOpen] = useState(false)
  const [other, setOther] = useState<string | null>(null)
  const isRunning = useCorrectionSteps((state) => state.isRunning)
  const merge = async (into: string): Promise<void> => {
    try {
      await mergeClasses(chosen, [name, into], into)
      setOpen(false)
    } catch (error) {
      showFailure('The classes were not merged', error)
    }
  }
  return (
    <Popover opened={isOpen} onChange={setOpen} position="right" withArrow trapFocus>
      <Popover.Target>
        <Tooltip label="Merge the class into another">
          <ActionIcon
            size={20}
            className={styles.merge}
            data-open={isOpen || undefined}
            aria-label={`Merge class ${name} into another`}
            onClick={() => setOpen(!isOpen)}
          >
            <IconArrowMerge size={13} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={`Merge class ${name}`}>
        <Stack gap={8} w={220}>
          <Text size="xs">
            Images of <b>{name}</b> become images of another class. Your files stay as they are.
          </Text>
          <Select
            size="xs"
            aria-label="Class to merge into"
            placeholder="Into which class"
            searchable
            comboboxProps={{ withinPortal: false }}
            data={classes.filter((each) => each !== name)}
            value={other}
            onChange={setOther}
          />
          <Button size="compact-sm" disabled={other === null || isRunning} onClick={() => other && void merge(other)}>
            {other === null ? 'Merge' : `Merge into ${other}`}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
