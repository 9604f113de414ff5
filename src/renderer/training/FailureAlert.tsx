// A failure with the core's own explanation and its ways out as buttons; not finding them (waysOut.ts).
import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { PlainError } from '../../shared/training/events'
import { trainingStore } from './trainingStore'
import { setRecipeField, useRecipe } from './useRecipe'
import { findWaysOut } from './waysOut'

/** Shows why something failed. @param isClosable whether it can be put away (a run that failed keeps its own) */
export function FailureAlert({
  error,
  isClosable = true,
}: {
  readonly error: PlainError
  readonly isClosable?: boolean
}) {
  const { recipe } = useRecipe()
  const ways = findWaysOut(error, recipe)
  const title = error.code === 'training.diverged' ? 'Training diverged' : 'This did not work'
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      w="100%"
      flex="none"
      bg="var(--nl-error-soft)"
      c="var(--nl-text)"
      icon={<IconAlertCircle aria-hidden />}
      title={title}
      withCloseButton={isClosable}
      closeButtonLabel="Dismiss"
      onClose={() => trainingStore.setState({ error: null })}
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {error.message}
      </Text>
      {ways.length > 0 && (
        <Group gap={8} mt={8}>
          {ways.map(({ label, key, value }) => (
            <Button key={label} size="compact-sm" variant="default" onClick={() => setRecipeField(key, value)}>
              {label}
            </Button>
          ))}
        </Group>
      )}
    </Alert>
  )
}
