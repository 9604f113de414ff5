// A toast for what was done, with the button that takes it back.
import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'

/** Says what happened and offers to undo it for ten seconds. */
export function showUndo(message: string, undo: () => Promise<void>): void {
  const id = notifications.show({
    autoClose: 10_000,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button
          variant="subtle"
          size="compact-sm"
          flex="none"
          onClick={() => {
            notifications.hide(id)
            void undo()
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  })
}
