// A failure with the core's own explanation and its ways out as buttons; not finding them (waysOut.ts).
import { Alert } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { PlainError } from '../../../../shared/training/events'
import { FailureText } from '../../../kernel/failures/FailureText'
import { dismissFailure } from '../follow/trainingStore'
import { setRecipeField, useRecipe } from '../../../session/recipe/useRecipe'
import { findWaysOut } from '../follow/waysOut'

const titles: Readonly<Record<string, string>> = {
  'training.diverged': 'Training diverged',
  'engine.memory': 'The device ran out of memory',
  'engine.lost': 'The device was lost',
  'engine.hang': 'The device hangs',
}

/**
 * Shows why something failed.
 * @param isClosable whether it can be put away (a run that failed keeps its own)
 * @param children ways on in place of changes of the recipe
 */
export function FailureAlert({
  error,
  isClosable = true,
  children,
}: {
  readonly error: PlainError
  readonly isClosable?: boolean
  readonly children?: ReactNode
}) {
  const { recipe } = useRecipe()
  const ways = children ? [] : findWaysOut(error, recipe)
  const title = titles[error.code] ?? 'This did not work'
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
      onClose={dismissFailure}
    >
      <FailureText
        error={error}
        ways={ways.map(({ label, key, value }) => ({ label, run: () => setRecipeField(key, value) }))}
      >
        {children}
      </FailureText>
    </Alert>
  )
}
